// Errors of settings and the store.
import { error } from './entry.ts'

export const settingErrors = {
  'setting-unknown': error('user', 'There is no setting of that name.', 'List them with `parley config schema`.'),
  'setting-invalid': error(
    'user',
    'A setting has a value that it cannot have.',
    'The detail names the setting and what it takes.',
  ),
  'setting-missing': error('user', 'A setting that this needs has no value.', 'Set the one that the detail names.'),
  'setting-protected': error(
    'user',
    'Only the person’s own settings or policy may say this: it names code that is run, or opens a door.',
    'Set it with `parley config set`, without --session.',
  ),
  'adapter-unusable': error(
    'user',
    'An adapter cannot be loaded.',
    'The detail names the file and why; see docs/guide/write-a-phone-adapter.md.',
  ),
  'store-newer': error(
    'admin',
    'The data was written by a newer version of Parley.',
    'Update Parley; the data is left as it is.',
  ),
  'store-unusable': error(
    'admin',
    'The data folder cannot be used.',
    'Check that it can be written and that the disk is not full.',
  ),
} as const
