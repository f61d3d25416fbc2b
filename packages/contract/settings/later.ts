// Settings of services that are not there yet: kept, shown and rolled out already, so that what an administrator has
// configured for the original is not lost on the way.
import { z } from 'zod'
import { type Setting, secret, setting } from './entry.ts'

const text = z.string().max(1024)
const texts = z.union([text.min(1).transform((one) => [one]), z.array(text.min(1)).max(16)])
const port = z.number().int().min(1).max(65_535)

function kept<const T extends z.ZodType>(
  what: string,
  service: string,
  schema: T,
): Setting<T> & { readonly since: string } {
  return setting({
    doc: `${what} Kept for the ${service} service, which is not there yet.`,
    since: '0.1',
    schema,
    applies: 'sign-in',
  })
}

const voicemail = <const T extends z.ZodType>(what: string, schema: T): Setting<T> => kept(what, 'voicemail', schema)
const directory = <const T extends z.ZodType>(what: string, schema: T): Setting<T> => kept(what, 'directory', schema)

export const laterSettings = {
  'voicemail.pilotNumber': voicemail('The number that is dialled for voicemail.', text),
  'voicemail.servers': voicemail('The voicemail web service’s servers, best first.', texts),
  'voicemail.port': voicemail('The voicemail web service’s port.', port),
  'voicemail.protocol': voicemail('How the web service is spoken to.', z.enum(['https', 'http'])),
  'voicemail.credentialsFrom': voicemail('Whose name and password are used.', text),
  'voicemail.imap.servers': voicemail('The mail stores, best first.', texts),
  'voicemail.imap.port': voicemail('The mail stores’ port.', port),
  'voicemail.imap.tls': voicemail('Whether the connection is encrypted.', z.boolean()),
  'voicemail.imap.pollS': voicemail(
    'How often a store without IDLE is asked, in seconds.',
    z.number().int().min(1).max(86_400),
  ),
  'voicemail.imap.inbox': voicemail('The folder of messages.', text),
  'voicemail.imap.trash': voicemail('The folder of deleted messages.', text),
  'voicemail.imap.uidPlus': voicemail('Whether deleted messages are moved (RFC 4315).', z.boolean()),
  'voicemail.ageing': voicemail('Whether old messages are taken away by the server.', z.boolean()),
  'directory.type': directory('Which directory: ldap, uds.', z.enum(['ldap', 'uds'])),
  'directory.servers': directory('The directory’s servers, best first.', texts),
  'directory.product': directory('What kind of directory it is: AD, OpenLDAP.', text),
  'directory.ports': directory(
    'The port of each, in the same order; 0: the usual one.',
    z.array(z.union([z.literal(0), port])).max(16),
  ),
  'directory.globalCatalog': directory('Whether the global catalogue is asked.', z.boolean()),
  'directory.useSystemCredentials': directory('Whether the system’s own sign-in is used.', z.boolean()),
  'directory.user': directory('The name to bind with.', text),
  'directory.password': {
    ...directory('The password to bind with, or {"env": NAME}.', secret),
    secret: true as const,
  },
  'directory.usePersonCredentials': directory('Whether user.name and user.password bind.', z.boolean()),
  'directory.tls': directory('Whether the connection is encrypted.', z.boolean()),
  'directory.secureBind': directory('Whether the bind itself must be secure.', z.boolean()),
  'directory.baseFilter': directory('What every search is narrowed by.', text),
  'directory.searchFilter': directory('What is searched while a person types.', text),
  'directory.searchBases': directory('Where searches begin.', texts),
  'directory.useAnr': directory('Whether ambiguous name resolution is used.', z.boolean()),
  'directory.timeoutS': directory('How long a search may take, in seconds.', z.number().int().min(1).max(600)),
  'directory.wildcards': directory('Whether a search begins anywhere in a name.', z.boolean()),
  'directory.leastCharacters': directory(
    'From how many characters on a search begins.',
    z.number().int().min(0).max(20),
  ),
  'directory.secondaryNumbers': directory('Whether second numbers are looked up, too.', z.boolean()),
  'directory.phoneNumberMasks': directory(
    'How numbers are written in the directory: prefix|mask|prefix|mask, # is a digit.',
    text,
  ),
  'directory.attributes': directory('Which attribute holds what, by our names.', z.record(z.string().max(64), text)),
  'directory.uriScheme': directory('The scheme that is taken off an address: sip:.', text),
  'directory.photo.substitute': directory('Whether a photo’s address is made from a pattern.', z.boolean()),
  'directory.photo.token': directory('The part of the pattern that is replaced.', text),
  'directory.photo.pattern': directory('The pattern of a photo’s address.', text),
  'presence.servers': kept('The presence servers that people sign in to, best first: host:port.', 'presence', texts),
  'edge.servers': kept(
    'The servers at the edge, for who is outside the network, best first: host:port.',
    'edge',
    texts,
  ),
  'presence.domain': kept('The domain of people’s addresses.', 'presence', text),
  'conference.servers': kept('The conference servers, best first.', 'conferences', texts),
  'phone.callPark': kept('Whether calls may be parked.', 'calls', z.boolean()),
  'phone.dscp': kept('Whether packets are marked for the network.', 'calls', z.boolean()),
  'phone.emergencyNotice': kept('What is said of emergency calls before the first sign-in.', 'calls', text),
  'phone.emergencyLocation': kept('How the place of an emergency call is found.', 'calls', text),
  'phone.emergencyNetworks': kept('The networks in which such a place is known.', 'calls', text),
  'phone.encryption': kept('The policy of next generation encryption.', 'calls', text),
  'phone.sipForMobiles': kept('Whether mobile devices register by SIP.', 'calls', z.boolean()),
  'cucm.cti.fromGroup': kept(
    'Whether the CTI servers are those of the device’s call manager group.',
    'desk phone',
    z.boolean(),
  ),
  'phone.hotKey': kept('The key that dials what is selected anywhere.', 'communicator', text),
} as const
