export { type Ask, type AskingOptions, type Asked, asking, DavFailure } from './asking.ts'
export { children, type Multistatus, prefixes, propfind, type Resource } from './dav.ts'
export { addressIn, findHome, type Home, type HomeKind, isCollection } from './discover.ts'
export { type Rounds, type RoundsOptions, type RoundsState, rounds } from './rounds.ts'
