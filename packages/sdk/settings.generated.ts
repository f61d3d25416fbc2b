// Generated from packages/contract by scripts/generate.ts; not written by hand.

/** A setting as data; its schema is JSON Schema. */
export interface SettingEntry {
  readonly doc: string
  readonly since: string
  readonly applies: string
  readonly secret?: true
  readonly default?: unknown
  readonly schema: object
}

export const settingsSchema: Readonly<Record<string, SettingEntry>> = {
  'softphone.servers': {"doc":"The SIP servers to register with, best first: sip:host:port;transport=udp|tcp|tls. A string is a list of one.","since":"0.1","applies":"sign-in","schema":{"anyOf":[{"type":"string","pattern":"^sips?:[^\\s;?@]+(;transport=(udp|tcp|tls))?$","description":"sip:host:port;transport=udp|tcp|tls"},{"minItems":1,"maxItems":16,"type":"array","items":{"type":"string","pattern":"^sips?:[^\\s;?@]+(;transport=(udp|tcp|tls))?$","description":"sip:host:port;transport=udp|tcp|tls"}}]}},
  'softphone.user': {"doc":"The user part of the address of record, and the user name for the password unless softphone.authUser says another.","since":"0.1","applies":"sign-in","schema":{"type":"string","minLength":1,"maxLength":256}},
  'softphone.domain': {"doc":"The domain of the address of record; the first server’s host unless said.","since":"0.1","applies":"sign-in","schema":{"type":"string","minLength":1,"maxLength":255}},
  'softphone.password': {"doc":"The password, or {\"env\": NAME} to read it from an environment variable.","since":"0.1","secret":true,"applies":"sign-in","schema":{"anyOf":[{"type":"string","maxLength":1024},{"type":"object","properties":{"env":{"type":"string","pattern":"^\\w+$"}},"required":["env"]}]}},
  'softphone.authUser': {"doc":"The user name for the password where it is not softphone.user.","since":"0.1","applies":"sign-in","schema":{"type":"string","minLength":1,"maxLength":256}},
  'softphone.realms': {"doc":"The realms that the password may be used for. Empty: the realm that the registrar names first, from then on.","since":"0.1","default":[],"applies":"sign-in","schema":{"maxItems":16,"type":"array","items":{"type":"string","maxLength":256}}},
  'softphone.displayName': {"doc":"The name that the other side is shown.","since":"0.1","applies":"sign-in","schema":{"type":"string","maxLength":256}},
  'softphone.register': {"doc":"Whether to register: false only calls out.","since":"0.1","default":true,"applies":"sign-in","schema":{"type":"boolean"}},
  'softphone.expiresS': {"doc":"How long a registration is asked for, in seconds (RFC 3261 §10.2.1.1).","since":"0.1","default":600,"applies":"sign-in","schema":{"type":"integer","minimum":10,"maximum":86400}},
  'softphone.sessionExpiresS': {"doc":"How often a call in progress is refreshed, in seconds (RFC 4028); at least 90.","since":"0.1","default":1800,"applies":"next call","schema":{"type":"integer","minimum":90,"maximum":86400}},
  'softphone.tls.ca': {"doc":"Certificates of the authorities to trust: a file’s path or PEM text. The system’s own unless said.","since":"0.1","applies":"sign-in","schema":{"type":"string","maxLength":1000000}},
  'softphone.tls.verify': {"doc":"How a server’s certificate is checked: full; pinned (exactly the certificate in softphone.tls.ca, whatever its name); off (not at all: anybody in between can listen).","since":"0.1","default":"full","applies":"sign-in","schema":{"type":"string","enum":["full","pinned","off"]}},
  'softphone.localAddress': {"doc":"The local address for SIP and sound; the one that routes to the server unless said.","since":"0.1","applies":"sign-in","schema":{"anyOf":[{"type":"string","format":"ipv4","pattern":"^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])$"},{"type":"string","format":"ipv6","pattern":"^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))$"}]}},
  'softphone.acceptFrom': {"doc":"Further addresses that requests are taken from, beside the servers signed in to.","since":"0.1","default":[],"applies":"sign-in","schema":{"maxItems":64,"type":"array","items":{"anyOf":[{"type":"string","format":"ipv4","pattern":"^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])$"},{"type":"string","format":"ipv6","pattern":"^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))$"}]}}},
  'softphone.ringMs': {"doc":"How long an incoming call rings before it is given up, in milliseconds.","since":"0.1","default":180000,"applies":"next call","schema":{"type":"integer","minimum":1000,"maximum":600000}},
  'media.codecs': {"doc":"The codecs to offer, best first.","since":"0.1","default":["PCMU","PCMA"],"applies":"next call","schema":{"minItems":1,"type":"array","items":{"type":"string","enum":["PCMU","PCMA"]}}},
  'media.portRange': {"doc":"The UDP ports for sound, first and last; [0, 0] lets the system choose.","since":"0.1","default":[0,0],"applies":"sign-in","schema":{"type":"array","prefixItems":[{"type":"integer","minimum":0,"maximum":65535},{"type":"integer","minimum":0,"maximum":65535}],"items":false,"minItems":2,"maxItems":2}},
  'media.folder': {"doc":"The folder that names of recordings are in; media in the data folder unless said.","since":"0.1","applies":"next call","schema":{"type":"string","maxLength":4096}},
  'calls.max': {"doc":"How many calls there may be at once.","since":"0.1","default":16,"applies":"now","schema":{"type":"integer","minimum":1,"maximum":10000}},
  'calls.maxPerMinute': {"doc":"How many calls may be dialled in a minute. Emergency numbers are never counted.","since":"0.1","default":60,"applies":"now","schema":{"type":"integer","minimum":0,"maximum":100000}},
  'calls.deny': {"doc":"Beginnings of numbers that may not be dialled.","since":"0.1","default":[],"applies":"now","schema":{"maxItems":1000,"type":"array","items":{"type":"string","minLength":1,"maxLength":64}}},
  'calls.allow': {"doc":"Beginnings of numbers that may be dialled; empty allows all that calls.deny does not name.","since":"0.1","default":[],"applies":"now","schema":{"maxItems":1000,"type":"array","items":{"type":"string","minLength":1,"maxLength":64}}},
  'calls.emergency': {"doc":"Numbers that are dialled whatever limit stands against it.","since":"0.1","default":["112","911","999","110","118","119","000"],"applies":"now","schema":{"maxItems":100,"type":"array","items":{"type":"string","minLength":1,"maxLength":64}}},
}
