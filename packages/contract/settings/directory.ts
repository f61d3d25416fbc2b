// Settings of the directory: which sources there are, and what they call things.
import { z } from 'zod'
import { serverAddresses } from './address.ts'
import { secret, setting } from './entry.ts'

const text = z.string().max(1024)
const texts = z.union([text.min(1).transform((one) => [one]), z.array(text.min(1)).max(16)])
const port = z.number().int().min(1).max(65_535)

const kept = <const T extends z.ZodType>(doc: string, schema: T) =>
  setting({ doc, since: '0.1', schema, applies: 'sign-in' })

export const directorySettings = {
  'directory.type': kept(
    'Which directory the servers are: ldap, or uds (the call manager’s; its servers are those of cucm.uds.servers). ldap where directory.servers are named, unless said.',
    z.enum(['ldap', 'uds']),
  ),
  'directory.servers': kept(
    'The LDAP servers, best first: host, host:port, ldap://host or ldaps://host. A string is a list of one.',
    texts,
  ),
  'directory.product': kept(
    'What kind of directory it is: AD or OpenLDAP. It decides what attributes are called, unless directory.attributes does.',
    text,
  ),
  'directory.ports': kept(
    'The port of each, in the same order; 0: the usual one.',
    z.array(z.union([z.literal(0), port])).max(16),
  ),
  'directory.globalCatalog': kept(
    'Whether the global catalogue is asked: its ports are then the usual ones.',
    z.boolean(),
  ),
  'directory.useSystemCredentials': kept(
    'Whether the system’s own sign-in is used (SASL EXTERNAL with a client’s certificate is all that is).',
    z.boolean(),
  ),
  'directory.user': kept('The name to bind with.', text),
  'directory.password': { ...kept('The password to bind with, or {"env": NAME}.', secret), secret: true as const },
  'directory.usePersonCredentials': kept('Whether user.name and user.password bind.', z.boolean()),
  'directory.tls': kept(
    'Whether the connection is encrypted: true (from the start), starttls, or false (only to this machine where a password is sent). starttls where the server is no ldaps: address, unless said.',
    z.union([z.boolean(), z.literal('starttls')]),
  ),
  'directory.secureBind': kept(
    'Whether the bind itself must be secure: no password goes over a connection that is not encrypted. It never does to another machine.',
    z.boolean(),
  ),
  'directory.tls.ca': kept(
    'Certificates of the authorities to trust: a file’s path or PEM text. The system’s own unless said.',
    z.string().max(1_000_000),
  ),
  'directory.tls.verify': setting({
    doc: 'How the server’s certificate is checked: full; pinned (exactly the certificate in directory.tls.ca); off (not at all: anybody in between can listen).',
    since: '0.1',
    schema: z.enum(['full', 'pinned', 'off']),
    default: 'full',
    applies: 'sign-in',
  }),
  'directory.baseFilter': kept('What every search is narrowed by (RFC 4515).', text),
  'directory.searchFilter': kept(
    'What is searched while a person types (RFC 4515); %s stands for what they typed.',
    text,
  ),
  'directory.searchBases': kept('Where searches begin.', texts),
  'directory.useAnr': kept('Whether ambiguous name resolution is used. On AD it is, unless said.', z.boolean()),
  'directory.timeoutS': setting({
    doc: 'How long a search may take, in seconds.',
    since: '0.1',
    schema: z.number().int().min(1).max(600),
    default: 5,
    applies: 'now',
  }),
  'directory.wildcards': kept('Whether a search begins anywhere in a name.', z.boolean()),
  'directory.leastCharacters': setting({
    doc: 'From how many characters on a search begins.',
    since: '0.1',
    schema: z.number().int().min(0).max(20),
    default: 2,
    applies: 'now',
  }),
  'directory.pauseMs': setting({
    doc: 'For how long typing must have paused before servers are asked, in milliseconds. What is held here is searched at once.',
    since: '0.1',
    schema: z.number().int().min(0).max(5000),
    default: 200,
    applies: 'now',
  }),
  'directory.cacheS': setting({
    doc: 'For how long it is known who has a number, in seconds; that nobody has it, a tenth of that.',
    since: '0.1',
    schema: z.number().int().min(0).max(604_800),
    default: 86_400,
    applies: 'now',
  }),
  'directory.secondaryNumbers': kept('Whether second numbers are looked up, too.', z.boolean()),
  'directory.phoneNumberMasks': kept(
    'How numbers are written in the directory: prefix|mask|prefix|mask, # is a digit.',
    text,
  ),
  'directory.country': kept(
    'The country whose numbers are written without a prefix, as two letters: DE. Without it E.164 is known of numbers with + alone.',
    z.string().regex(/^[A-Z]{2}$/),
  ),
  'directory.attributes': kept('Which attribute holds what, by our names.', z.record(z.string().max(64), text)),
  'directory.uriScheme': kept('The scheme that is taken off an address: sip:.', text),
  'directory.photo.substitute': kept('Whether a photo’s address is made from a pattern.', z.boolean()),
  'directory.photo.token': kept('The part of the pattern that is replaced.', text),
  'directory.photo.pattern': kept('The pattern of a photo’s address.', text),
  'directory.vcard.files': setting({
    doc: 'Files of address cards (vCard, RFC 6350, versions 2.1 to 4.0): paths. Read again when they change.',
    since: '0.1',
    schema: texts,
    ofPerson: true,
    applies: 'sign-in',
  }),
  'directory.carddav.servers': kept(
    'Address books by CardDAV (RFC 6352), best first: https://books.example.com, or the address of the person’s books or of one there; http to this machine alone. A string is a list of one.',
    serverAddresses('https:', 'http:'),
  ),
  'directory.carddav.user': kept('The name there; the name of user.name unless said.', z.string().min(1).max(256)),
  'directory.carddav.password': {
    ...kept('The password there, or {"env": NAME}; user.password unless said.', secret),
    secret: true as const,
  },
  'directory.carddav.tls.ca': kept(
    'Certificates of the authorities to trust there: a file’s path or PEM text. The system’s own unless said.',
    z.string().max(1_000_000),
  ),
  'directory.carddav.tls.verify': setting({
    doc: 'How that server’s certificate is checked: full; pinned; off (not at all: anybody in between can listen).',
    since: '0.1',
    schema: z.enum(['full', 'pinned', 'off']),
    default: 'full',
    applies: 'sign-in',
  }),
  'directory.carddav.pollS': setting({
    doc: 'How often it is asked whether the address books have changed, in seconds.',
    since: '0.1',
    schema: z.number().int().min(5).max(86_400),
    default: 300,
    applies: 'now',
  }),
} as const
