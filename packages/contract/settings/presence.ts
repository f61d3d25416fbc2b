// Settings of presence over SIP, beside or without an XMPP server.
import { z } from 'zod'
import { setting } from './entry.ts'

const address = z.string().regex(/^[^\s@/<>"'&:;?]{1,512}@[^\s@/<>"'&;?]{1,512}$/)

const listUri = z.string().regex(/^sips?:[^\s<>"']{1,512}$/i)

export const presenceSettings = {
  'presence.sip.publish': setting({
    doc: 'Whether the SIP server of the phone is told of the person’s availability (PUBLISH, RFC 3903), to tell those who watch.',
    since: '0.1',
    schema: z.boolean(),
    default: false,
    applies: 'now',
  }),
  'presence.sip.watch': setting({
    doc: 'The people whose availability is asked of the SIP server of the phone (RFC 3856), by their addresses: bob@example.com. Those on the list of contacts bear it; where no server keeps a list, these are the list.',
    since: '0.1',
    schema: z.union([address.transform((one) => [one]), z.array(address).max(1000)]),
    default: [],
    applies: 'now',
  }),
  'presence.sip.lists': setting({
    doc: 'Lists that the SIP server of the phone keeps: the availability of all who are on one is asked for at once (RFC 4662), by its address: sip:alice-friends@example.com. Where no server keeps a list of contacts, those on them are it, too.',
    since: '0.1',
    schema: z.union([listUri.transform((one) => [one]), z.array(listUri).max(16)]),
    default: [],
    applies: 'now',
  }),
} as const
