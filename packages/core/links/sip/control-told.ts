// What a dialog by which something is controlled is told and tells.
import type { Trust } from '@openparley/net'
import type { Description, HopResolver, SipUri } from '@openparley/protocols/sip'
import type { World } from '../../runtime/world.ts'
import type { Failure } from './causes.ts'
import type { CredentialsStore } from './credentials.ts'

export interface ControlDialogOptions {
  readonly world: World
  readonly dns: HopResolver
  readonly server: SipUri
  readonly trust: Trust
  readonly credentials: CredentialsStore
  /** Whom the INVITE asks for. */
  readonly to: string
  readonly from: string
  /** The user part of where we are reached. */
  readonly user: string
  readonly describes: Description
  /** The INVITE’s; again when the session is refreshed. */
  readonly body: string
  readonly signal: AbortSignal
  /** What they ask or tell; the body of the answer, where it has one. */
  readonly asked: (body: string) => string | undefined
  /** It was open, and is no more. */
  readonly over: (why: Failure) => void
}

export interface ControlAnswer {
  readonly status: number
  readonly reason: string
  readonly body: string
}

export interface ControlDialog {
  /** What they answered to the INVITE. */
  readonly answer: string | undefined
  /** Told at once, before what comes after it. Undefined: no answer, and the dialog is over. */
  ask(body: string, answered: (answer: ControlAnswer | undefined) => void): void
  close(): Promise<void>
}
