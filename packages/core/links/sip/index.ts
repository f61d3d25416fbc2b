export { callFailure, type Failure } from './causes.ts'
export { type SipLink, type SipLinkOptions, sipLink } from './link.ts'
export { type Wires, wires } from './wires.ts'
export { type CallingLink, type SharedLink, type Subscribing, type Sharing, type SipPart, sharing } from './sharing.ts'
