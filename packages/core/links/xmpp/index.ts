export { type Stanza, xml } from './entity.ts'
export { type XmppLink, type XmppModule, type XmppState, xmppLink } from './link.ts'
export { bareOf, isAddress, resourceOf } from './address.ts'
export { failureIn, StanzaFailure } from './stanza-failure.ts'
