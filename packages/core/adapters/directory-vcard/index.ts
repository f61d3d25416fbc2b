export { type VcardDirectoryOptions, vcardDirectory } from './directory-vcard.ts'
