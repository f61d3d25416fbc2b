export { callFailure, type Failure } from './causes.ts'
export {
  type ControlAnswer,
  type ControlDialog,
  type ControlDialogOptions,
  openControlDialog,
} from './control-dialog.ts'
export { type Account, type CredentialsStore, credentialsOf } from './credentials.ts'
export { type SipLink, type SipLinkOptions, sipLink } from './link.ts'
export { type Wires, wires } from './wires.ts'
export { type SharedLink, type Subscribing, type Sharing, type SipPart, sharing } from './sharing.ts'
