export { type AriAnswer, isDone, type Refusal, refusalOf } from './causes.ts'
export { type AriLink, type AriLinkOptions, ariLink } from './link.ts'
export type { AriRequest } from './server.ts'
