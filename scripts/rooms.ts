// The house's rooms and who may import whom (docs/decisions/0003-rooms.md): data, walked by check-imports.ts.

export interface Room {
  readonly name: string
  /** Which files are of it; the first room that fits is taken. */
  readonly files: RegExp
  /** Rooms that it may import beside itself: names, or names with * for any of a kind. */
  readonly may: readonly string[]
  /** npm packages. */
  readonly npm: readonly string[]
  /** Which of Node's own modules: all, none, or these. */
  readonly node: 'all' | 'none' | readonly string[]
}

const protocols = [
  'common',
  'sip',
  'sdp',
  'rtp',
  'stun',
  'ice',
  'tftp',
  'registry',
  'cucm',
  'kpml',
  'events',
  'csta',
  'ami',
  'ari',
  'vcard',
]
/** What a protocol is written in terms of. */
const uses: Readonly<Record<string, readonly string[]>> = { sip: ['protocols/sdp'], ice: ['protocols/stun'] }
const services = [
  'system',
  'session',
  'config',
  'provisioning',
  'health',
  'phones',
  'calls',
  'dial-rules',
  'media',
  'history',
  'presence',
  'contacts',
  'chat',
  'directory',
  'voicemail',
  'conferences',
]
const adapters = [
  'calendar-caldav',
  'door-uacsta',
  'history-store',
  'media-rtp',
  'phone-asterisk',
  'phone-csta',
  'phone-direct',
  'phone-sip',
  'sound-files',
  'chat-files',
  'settings-sources',
  'secrets',
  'provisioning-cucm',
  'dial-rules-cucm',
  'presence-xmpp',
  'presence-sip',
  'chat-sip',
  'contacts-xmpp',
  'chat-xmpp',
  'chat-store',
  'directory-vcard',
  'directory-carddav',
  'directory-ldap',
  'directory-uds',
  'voicemail-imap',
  'voicemail-unity',
  'conferences-jitsi',
  'conferences-bigbluebutton',
  'conferences-webex',
  'conferences-janus',
]
const links = ['sip', 'store', 'files', 'xmpp', 'csta', 'ami', 'ari', 'cards', 'dav', 'photos']

/** Pure libraries that a service may use (docs/decisions). */
const npmOfServices: Readonly<Record<string, readonly string[]>> = {
  directory: ['libphonenumber-js'],
}

/** The library that a link hides. */
const npmOfLinks: Readonly<Record<string, readonly string[]>> = {
  xmpp: ['@xmpp/client'],
  ari: ['ws'],
}

/** The library that an adapter hides. */
const npmOfAdapters: Readonly<Record<string, readonly string[]>> = {
  'calendar-caldav': ['ical.js'],
  'directory-ldap': ['ldapts'],
  'conferences-janus': ['ws'],
  'media-rtp': ['werift', '@evan/opus'],
  secrets: ['@napi-rs/keyring'],
  'voicemail-imap': ['imapflow', 'postal-mime'],
}

export const rooms: readonly Room[] = [
  // Tests and suites may do what their folder may, and use the tools of testing.
  { name: 'contract', files: /^packages\/contract\//, may: [], npm: ['zod'], node: 'none' },
  ...protocols.map(
    (name): Room => ({
      name: `protocols/${name}`,
      files: new RegExp(`^packages/protocols/${name}/`),
      may: ['protocols/common', ...(uses[name] ?? [])],
      npm: name === 'common' ? ['saxes'] : [],
      node: ['sip', 'rtp', 'stun'].includes(name) ? ['node:crypto'] : 'none',
    }),
  ),
  { name: 'media', files: /^packages\/media\//, may: [], npm: [], node: 'none' },
  { name: 'net', files: /^packages\/net\//, may: ['protocols/common'], npm: [], node: 'all' },
  { name: 'core/runtime', files: /^packages\/core\/runtime\//, may: ['contract'], npm: [], node: 'none' },
  ...services.map(
    (name): Room => ({
      name: `core/services/${name}`,
      files: new RegExp(`^packages/core/services/${name}/`),
      may: ['contract', 'core/runtime', 'core/ports'],
      npm: npmOfServices[name] ?? [],
      node: 'none',
    }),
  ),
  ...links.map(
    (name): Room => ({
      name: `core/links/${name}`,
      files: new RegExp(`^packages/core/links/${name}/`),
      may: ['contract', 'core/runtime', 'protocols/*', 'net'],
      npm: npmOfLinks[name] ?? [],
      node: 'all',
    }),
  ),
  ...adapters.map(
    (name): Room => ({
      name: `core/adapters/${name}`,
      files: new RegExp(`^packages/core/adapters/${name}/`),
      may: ['contract', 'core/runtime', 'core/ports', 'core/links/*', 'protocols/*', 'media', 'net'],
      npm: npmOfAdapters[name] ?? [],
      node: 'all',
    }),
  ),
  {
    name: 'core/compose',
    files: /^packages\/core\/compose[\w-]*(\.test)?\.ts$/,
    may: ['contract', 'core/*', 'protocols/*', 'media', 'net'],
    npm: [],
    node: 'all',
  },
  // What those who write an adapter elsewhere are given.
  {
    name: 'core/adapter-kit',
    files: /^packages\/core\/adapter-kit(-suite)?\.ts$/,
    may: ['contract', 'core/compose', 'core/runtime', 'core/ports'],
    npm: [],
    node: 'none',
  },
  {
    name: 'daemon',
    files: /^packages\/daemon\//,
    may: ['core/compose', 'contract', 'net', 'lab'],
    npm: ['ws', 'pino', 'prom-client', 'zod'],
    node: 'all',
  },
  // The browser's entry runs where there is no Node; only the Node entry and what it alone uses may import it.
  {
    name: 'sdk/node',
    files: /^packages\/sdk\/(node|find-core|local-socket)\.ts$/,
    may: ['contract', 'sdk'],
    npm: ['zod'],
    node: 'all',
  },
  { name: 'sdk', files: /^packages\/sdk\//, may: ['contract'], npm: ['zod'], node: 'none' },
  {
    name: 'cli',
    files: /^packages\/cli\//,
    may: ['sdk', 'sdk/node', 'daemon', 'lab', 'scenarios'],
    npm: ['commander'],
    node: 'all',
  },
  {
    name: 'scenarios',
    files: /^packages\/scenarios\//,
    may: ['sdk', 'sdk/node', 'lab', 'daemon', 'media'],
    npm: [],
    node: 'all',
  },
  {
    name: 'lab',
    files: /^packages\/lab\//,
    may: ['protocols/*', 'media', 'net'],
    npm: ['dns-packet', 'werift', 'ws'],
    node: 'all',
  },
  { name: 'testkit', files: /^packages\/testkit\//, may: ['protocols/common'], npm: [], node: 'all' },
  // Pages: what Node has is not there.
  {
    name: 'apps',
    files: /^apps\//,
    may: ['sdk'],
    npm: ['preact', '@preact/signals', '@zag-js/preact', '@zag-js/dialog', '@zag-js/menu', '@zag-js/tabs'],
    node: 'none',
  },
  { name: 'examples', files: /^examples\//, may: ['sdk', 'sdk/node', 'core/adapter-kit'], npm: [], node: 'all' },
  {
    name: 'tests',
    files: /^tests\//,
    may: ['*'],
    npm: ['fast-check', 'playwright-core', 'axe-core', 'imapflow'],
    node: 'all',
  },
  { name: 'bench', files: /^bench\//, may: ['*'], npm: ['sip.js', 'jssip', 'sip', 'ws', 'werift'], node: 'all' },
  { name: 'scripts', files: /^scripts\//, may: ['*'], npm: ['oxc-parser', 'zod', 'fast-check', 'vite'], node: 'all' },
]

/** A port's types, and the suites that its adapters pass, may be imported by every service and adapter: a room of its own. */
export const ports: Room = {
  name: 'core/ports',
  files: /^packages\/core\/services\/[\w-]+\/(port|[\w-]+\.suite)\.ts$/,
  may: ['contract', 'core/runtime', 'core/ports'],
  npm: [],
  node: 'none',
}

/** What a test may import beside what its room may. */
export const forTests: Room = {
  name: 'a test',
  files: /\.(test|suite|cases)\.ts$/,
  may: ['testkit', 'contract', 'core/compose', 'core/ports', 'sdk', 'sdk/node', 'lab', 'media', 'net', 'protocols/*'],
  npm: ['fast-check', 'ws', 'werift', '@xmpp/client', 'imapflow'],
  node: 'all',
}
