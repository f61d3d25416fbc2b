// The calls of a line, followed by its dialog events (RFC 4235): documents in, and what becomes of each call.
import { type DialogInfo, isHeld, type LineDialog } from './dialog-info.ts'

type Remote = NonNullable<LineDialog['remote']>

export type LineTold =
  /** `call` is this engine’s key of it. */
  | {
      readonly type: 'begun'
      readonly call: string
      readonly direction: 'in' | 'out'
      readonly callId: string | undefined
      readonly remote: Remote | undefined
      readonly referredBy: string | undefined
    }
  | { readonly type: 'alerting'; readonly call: string }
  | { readonly type: 'connected'; readonly call: string; readonly remote: Remote | undefined }
  | { readonly type: 'held' | 'resumed'; readonly call: string; readonly by: 'local' | 'remote' }
  | { readonly type: 'updated'; readonly call: string; readonly remote: Remote }
  /** `by` where it is said; `status` where it was refused with one. */
  | {
      readonly type: 'ended'
      readonly call: string
      readonly by: 'local' | 'remote' | undefined
      readonly status: number | undefined
    }

interface LineCall {
  readonly direction: 'in' | 'out'
  /** A call that forks has a dialog with each that it reached. */
  readonly dialogs: Map<string, LineDialog>
  is: 'begun' | 'alerting' | 'connected'
  held: LineDialog['held']
  remote: Remote | undefined
}

export class LineCalls {
  readonly #calls = new Map<string, LineCall>()
  #version = -1
  #isAnew = true

  /** A subscription of its own: its first document stands for itself, whatever number it bears. */
  anew(): void {
    this.#isAnew = true
  }

  /** The dialog of a call that tells most of it. */
  dialogOf(call: string): LineDialog | undefined {
    const dialogs = [...(this.#calls.get(call)?.dialogs.values() ?? [])]
    return (
      dialogs.find(({ state }) => state === 'confirmed') ?? dialogs.findLast(({ remoteTag }) => remoteTag !== undefined)
    )
  }

  /** `missed`: a document was lost before this one (§4.3); everything is to be asked for again. */
  take({ version, state, dialogs }: DialogInfo): { readonly told: readonly LineTold[]; readonly missed: boolean } {
    const isFull = state === 'full'
    const isOld = version <= this.#version && !(isFull && version < this.#version)
    if (!this.#isAnew && isOld) return { told: [], missed: false }
    const missed = !isFull && (this.#isAnew || version > this.#version + 1)
    this.#version = version
    if (isFull) this.#isAnew = false
    const told: LineTold[] = []
    const there = new Set<string>()
    for (const dialog of dialogs) {
      const key = this.#keyOf(dialog)
      if (dialog.state !== 'terminated') there.add(key)
      this.#dialog(key, dialog, told)
    }
    if (isFull) for (const [key] of this.#calls) if (!there.has(key)) this.#over(key, undefined, told)
    return { told, missed }
  }

  /** A call is known by its Call-ID; one that was told of before it had one keeps its first name. */
  #keyOf({ id, callId = id }: LineDialog): string {
    return !this.#calls.has(callId) && this.#calls.has(id) ? id : callId
  }

  #dialog(key: string, dialog: LineDialog, told: LineTold[]): void {
    const known = this.#calls.get(key)
    if (dialog.state === 'terminated') {
      known?.dialogs.delete(dialog.id)
      if (known?.dialogs.size === 0) this.#over(key, dialog, told)
      return
    }
    if (!known && this.#calls.size >= mostCalls) return
    const call = known ?? this.#begin(key, dialog, told)
    if (call.dialogs.size < mostCalls || call.dialogs.has(dialog.id)) call.dialogs.set(dialog.id, dialog)
    this.#goesOn(key, call, dialog, told)
  }

  #begin(key: string, dialog: LineDialog, told: LineTold[]): LineCall {
    const { callId, remote, referredBy } = dialog
    const direction = dialog.direction === 'recipient' ? 'in' : 'out'
    const call: LineCall = { direction, dialogs: new Map(), is: 'begun', held: undefined, remote }
    this.#calls.set(key, call)
    told.push({ type: 'begun', call: key, direction, callId, remote, referredBy })
    return call
  }

  #goesOn(key: string, call: LineCall, { state, held, remote }: LineDialog, told: LineTold[]): void {
    if (state === 'early' && call.is === 'begun') {
      call.is = 'alerting'
      // Of a call that comes in it is this phone that rings.
      if (call.direction === 'out') told.push({ type: 'alerting', call: key })
    }
    if (state !== 'confirmed') return
    const hasChanged = remote !== undefined && remote.uri !== call.remote?.uri
    call.remote = remote ?? call.remote
    if (call.is !== 'connected') {
      call.is = 'connected'
      told.push({ type: 'connected', call: key, remote: call.remote })
    } else if (hasChanged) told.push({ type: 'updated', call: key, remote })
    for (const by of ['local', 'remote'] as const) {
      const [was, is] = [isHeld(call, by), isHeld({ held }, by)]
      if (was !== is) told.push({ type: is ? 'held' : 'resumed', call: key, by })
    }
    call.held = held
  }

  #over(key: string, dialog: LineDialog | undefined, told: LineTold[]): void {
    const call = this.#calls.get(key)
    if (!call) return
    this.#calls.delete(key)
    const refused = dialog?.event === 'rejected' || dialog?.event === 'error' || dialog?.event === 'timeout'
    const status =
      refused && call.direction === 'out' ? (dialog.code ?? (dialog.event === 'timeout' ? 408 : undefined)) : undefined
    told.push({ type: 'ended', call: key, by: byWhom(call, dialog), status })
  }
}

function byWhom({ direction }: LineCall, dialog: LineDialog | undefined): 'local' | 'remote' | undefined {
  switch (dialog?.event) {
    case 'local-bye':
    case 'replaced':
      return 'local'
    case 'remote-bye':
      return 'remote'
    case 'cancelled':
      return direction === 'out' ? 'local' : 'remote'
    case 'rejected':
      return direction === 'out' ? 'remote' : 'local'
    case 'error':
    case 'timeout':
      return 'remote'
    default:
      return undefined
  }
}

const mostCalls = 100
