// Contacts: the people of the person who is signed in, each one thing with what is known of them.
import { z } from 'zod'
import { Card, CardNumber, Photo } from './cards.ts'
import { Presence } from './presence.ts'
import { change, method, service } from './vocabulary.ts'

export const ContactAddress = z
  .string()
  .min(1)
  .max(1024)
  .describe('Whom it is about: alice@example.com. Case does not count before it is written in lower case.')

export const ContactNumber = CardNumber.extend({
  /** As it is dialled everywhere, where it can be told (E.164). */
  e164: z.string().optional(),
  /** Who says that it is theirs: a directory, or a call with them. */
  from: z.enum(['directory', 'history']),
})
export type ContactNumber = z.output<typeof ContactNumber>

export const Contact = z
  .object({
    address: ContactAddress,
    /** As the person calls them; their own name or address where they do not. Text from others: never markup. */
    name: z.string(),
    groups: z.array(z.string()),
    favourite: z.boolean(),
    /** none: nobody sees anything; asked: we asked to see them; to: we see them; from: they see us; both. */
    sees: z.enum(['none', 'asked', 'to', 'from', 'both']),
    blocked: z.boolean(),
    /** What a directory knows of the one with that address, and the numbers of calls with them. Text from others. */
    numbers: z.array(ContactNumber).max(32).optional(),
    mail: z.array(z.string().max(1024)).max(16).optional(),
    title: z.string().max(1024).optional(),
    organisation: z.string().max(1024).optional(),
    /** Names the picture that `photo` gives, theirs or the directory’s: another name, another picture. */
    photo: z.string().optional(),
    presence: Presence,
  })
  .describe('A person, and what is known of them.')
export type Contact = z.output<typeof Contact>

export const ContactRequest = z
  .object({ from: ContactAddress, name: z.string().optional(), note: z.string().optional() })
  .describe('Somebody who wants to see the person’s availability.')
export type ContactRequest = z.output<typeof ContactRequest>

const example = { address: 'bob@example.com' }
const about = z.object({ address: ContactAddress })
const errors = ['contacts-unavailable', 'contact-refused', 'server-silent'] as const

export const contacts = service({
  doc: 'The person’s contacts: names, groups, who may see whom, and how available each is.',
  perSession: true,
  watched: {
    scope: 'contacts.read',
    state: z.object({
      contacts: z.array(Contact),
      requests: z.array(ContactRequest),
      /** Whether the list is the server's present one; else it is what was known last. */
      current: z.boolean(),
    }),
    changes: {
      contact: change({
        doc: 'A contact is new or has changed.',
        since: '0.1',
        payload: z.object({ contact: Contact }),
      }),
      removed: change({ doc: 'A contact is gone.', since: '0.1', payload: about }),
      request: change({
        doc: 'Somebody asks to see the person’s availability; `accept` or `decline`.',
        since: '0.1',
        payload: z.object({ request: ContactRequest }),
      }),
      requestOver: change({
        doc: 'Such a request was answered, here or at another place.',
        since: '0.1',
        payload: z.object({ from: ContactAddress }),
      }),
      current: change({
        doc: 'The list is the server’s present one, or no longer.',
        since: '0.1',
        payload: z.object({ current: z.boolean() }),
      }),
    },
  },
  methods: {
    add: method({
      doc: 'Add a contact, and ask to see their availability.',
      since: '0.1',
      scope: 'contacts.write',
      params: z.object({
        address: ContactAddress,
        name: z.string().max(1024).optional(),
        groups: z.array(z.string().min(1).max(1024)).max(64).optional(),
      }),
      result: z.object({}),
      errors: ['contact-invalid', ...errors],
      example: { address: 'bob@example.com', name: 'Bob', groups: ['Work'] },
    }),
    update: method({
      doc: 'Rename a contact, or say which groups it is in, or that it is a favourite.',
      since: '0.1',
      scope: 'contacts.write',
      params: z.object({
        address: ContactAddress,
        name: z.string().max(1024).optional(),
        groups: z.array(z.string().min(1).max(1024)).max(64).optional(),
        favourite: z.boolean().optional(),
      }),
      result: z.object({}),
      errors: ['contact-unknown', ...errors],
      example: { address: 'bob@example.com', favourite: true },
    }),
    remove: method({
      doc: 'Remove a contact: neither sees the other any more.',
      since: '0.1',
      scope: 'contacts.write',
      params: about,
      result: z.object({}),
      errors: ['contact-unknown', ...errors],
      example,
    }),
    card: method({
      doc: 'What a person says of themselves: how else they are reached, where they work. Asked each time.',
      since: '0.1',
      scope: 'contacts.read',
      params: about,
      result: z.object({ card: Card }),
      errors: ['contact-no-card', ...errors],
      example,
    }),
    photo: method({
      doc: 'The picture of a contact that has one.',
      since: '0.1',
      scope: 'contacts.read',
      params: about,
      result: z.object({ photo: Photo }),
      errors: ['contact-unknown', 'contact-no-photo', ...errors],
      example,
    }),
    publishCard: method({
      doc: 'Say of oneself what others may ask by `card`. Those who may see it are the server’s to choose: most show it to contacts.',
      since: '0.1',
      scope: 'contacts.write',
      params: z.object({ card: Card }),
      result: z.object({}),
      errors: [...errors],
      example: { card: { name: 'Alice', numbers: [{ number: '+1 303 555 0100', kind: 'work' }], mail: [] } },
    }),
    publishPhoto: method({
      doc: 'Show others a picture of oneself.',
      since: '0.1',
      scope: 'contacts.write',
      params: z.object({ photo: Photo }),
      result: z.object({}),
      errors: ['contact-photo-unusable', ...errors],
      example: { photo: { type: 'image/png', content: 'iVBORw0KGgo=' } },
    }),
    accept: method({
      doc: 'Let somebody who asked see the person’s availability, and ask to see theirs.',
      since: '0.1',
      scope: 'contacts.write',
      params: about,
      result: z.object({}),
      errors: ['contact-unknown', ...errors],
      example,
    }),
    decline: method({
      doc: 'Refuse somebody who asked, or take back what was allowed.',
      since: '0.1',
      scope: 'contacts.write',
      params: about,
      result: z.object({}),
      errors: ['contact-unknown', ...errors],
      example,
    }),
    block: method({
      doc: 'Nothing of them arrives any more, and they see nothing (XEP-0191).',
      since: '0.1',
      scope: 'contacts.write',
      params: about,
      result: z.object({}),
      errors: ['contact-invalid', ...errors],
      example,
    }),
    unblock: method({
      doc: 'Take a block back.',
      since: '0.1',
      scope: 'contacts.write',
      params: about,
      result: z.object({}),
      errors: ['contact-invalid', ...errors],
      example,
    }),
  },
})
