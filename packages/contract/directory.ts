// The directory: everybody who can be found, beside the person's own contacts.
import { z } from 'zod'
import { CardNumber, Photo } from './cards.ts'
import { ContactAddress } from './contacts.ts'
import { ApplicationId, ErrorValue } from './values.ts'
import { change, method, service } from './vocabulary.ts'

const short = z.string().max(1024)

export const directoryKinds = ['ldap', 'uds', 'vcard', 'carddav'] as const

export const DirectoryEntry = z
  .object({
    /** Names the entry at its source: the same as long as it is there. No secret, and of no form to be read. */
    id: z.string().max(4096),
    source: z.enum(directoryKinds),
    /** As it is shown. Text from others, as all of an entry: never markup. */
    name: short,
    given: short.optional(),
    family: short.optional(),
    title: short.optional(),
    organisation: short.optional(),
    department: short.optional(),
    location: short.optional(),
    mail: z.array(short).max(16),
    numbers: z
      .array(
        CardNumber.extend({
          /** As it is dialled everywhere, where it can be told (E.164). */
          e164: z.string().optional(),
        }),
      )
      .max(32),
    /** For chat and presence. */
    address: ContactAddress.optional(),
    /** Their name at the call manager or the directory: jdoe. */
    user: short.optional(),
    /** `photo` has a picture. */
    hasPhoto: z.boolean(),
  })
  .describe('Somebody in a directory. A number is shown as its mask writes it (directory.phoneNumberMasks).')
export type DirectoryEntry = z.output<typeof DirectoryEntry>

export const DirectorySource = z
  .object({
    source: z.enum(directoryKinds),
    /** starting; ready; waiting: tried again at the next search; failed: `error` says what must be mended. */
    is: z.enum(['starting', 'ready', 'waiting', 'failed']),
    address: z.string().optional(),
    /** Of a source that is held here whole. */
    entries: z.number().int().min(0).optional(),
    error: ErrorValue.optional(),
  })
  .describe('Where entries come from.')
export type DirectorySource = z.output<typeof DirectorySource>

const Found = {
  entries: z.array(DirectoryEntry).describe('Best first; one person of several sources stands once.'),
  /** Sources that have not answered, or not in time. */
  missing: z.array(z.object({ source: z.enum(directoryKinds), error: ErrorValue.optional() })),
}

export const directory = service({
  doc: 'People in directories (LDAP, a call manager’s, address books): found while somebody types, and by number.',
  perSession: true,
  watched: {
    scope: 'directory.read',
    state: z.object({ sources: z.array(DirectorySource) }),
    changes: {
      source: change({
        doc: 'A source stands otherwise.',
        since: '0.1',
        payload: z.object({ source: DirectorySource }),
      }),
      found: change({
        doc: 'What a search has found so far; its answer brings the whole.',
        since: '0.1',
        payload: z.object({ application: ApplicationId, box: z.string(), text: z.string(), ...Found }),
      }),
    },
  },
  methods: {
    search: method({
      doc: 'Find people by what somebody types: parts of names, an address, a number. A further search in the same box ends the one before with `cancelled`, and begins when typing has paused for directory.pauseMs. From directory.leastCharacters on.',
      since: '0.1',
      scope: 'directory.read',
      params: z.object({
        text: z.string().max(256),
        box: z.string().max(64).default('').describe('Each place where the application lets people type has its own.'),
        limit: z.number().int().min(1).max(200).default(25),
      }),
      result: z.object(Found),
      errors: ['directory-unavailable'],
      example: { text: 'ali' },
    }),
    lookUp: method({
      doc: 'Who has a number: the directory look-up rules make of it what the directory has, and what was found is known for directory.cacheS.',
      since: '0.1',
      scope: 'directory.read',
      params: z.object({ number: z.string().min(1).max(256) }),
      result: z.object({ entry: DirectoryEntry.optional() }),
      errors: ['directory-unavailable'],
      example: { number: '+1 303 555 0100' },
    }),
    entry: method({
      doc: 'An entry as its source has it now.',
      since: '0.1',
      scope: 'directory.read',
      params: z.object({ id: DirectoryEntry.shape.id }),
      result: z.object({ entry: DirectoryEntry }),
      errors: ['directory-entry-unknown', 'directory-unavailable'],
      example: { id: 'vcard:1' },
    }),
    photo: method({
      doc: 'The picture of an entry that has one.',
      since: '0.1',
      scope: 'directory.read',
      params: z.object({ id: DirectoryEntry.shape.id }),
      result: z.object({ photo: Photo }),
      errors: ['directory-entry-unknown', 'directory-no-photo', 'directory-unavailable'],
      example: { id: 'vcard:1' },
    }),
  },
})
