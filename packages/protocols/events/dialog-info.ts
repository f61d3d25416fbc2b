// The calls of a line, as whoever watches it is told (RFC 4235): the document, and the lamp that follows from it.
import { elementAt, elementsIn, isXml, readXml, textAt, writeXml, xml, type XmlElement } from '../common/index.ts'

export type DialogState = 'trying' | 'proceeding' | 'early' | 'confirmed' | 'terminated'

export interface LineDialog {
  readonly id: string
  readonly state: DialogState
  readonly direction?: 'initiator' | 'recipient'
  readonly callId?: string
  readonly localTag?: string
  readonly remoteTag?: string
  /** The URI of the other side, and its name. */
  readonly remote?: { readonly uri: string; readonly displayName?: string }
  /** Where the other side takes requests. */
  readonly remoteTarget?: string
  /** Which side does not listen now (§4.1.6.2, +sip.rendering). */
  readonly held?: 'local' | 'remote' | 'both'
  /** What brought it into its state, and the status of that (§4.1.3). */
  readonly event?: DialogEvent
  readonly code?: number
  /** Who had it made (§4.1.5). */
  readonly referredBy?: string
}

export type DialogEvent = 'cancelled' | 'rejected' | 'replaced' | 'local-bye' | 'remote-bye' | 'error' | 'timeout'

export interface DialogInfo {
  readonly version: number
  /** full: all dialogs of the line; partial: those that have changed. */
  readonly state: 'full' | 'partial'
  readonly entity: string
  readonly dialogs: readonly LineDialog[]
}

/** Undefined for what is no such document (§4.1). */
export function readDialogInfo(body: string): DialogInfo | undefined {
  const root = readXml(body, { mostCharacters: 65_536 })
  if (!isXml(root) || root.local !== 'dialog-info') return undefined
  const { version, state, entity } = root.attributes
  const number = Number(version)
  if (!Number.isSafeInteger(number) || number < 0 || (state !== 'full' && state !== 'partial')) return undefined
  return {
    version: number,
    state,
    entity: (entity ?? '').slice(0, 512),
    dialogs: elementsIn(root, 'dialog').slice(0, mostDialogs).flatMap(readDialog),
  }
}

function readDialog(dialog: XmlElement): LineDialog[] {
  const state = textAt(dialog, 'state')?.trim()
  const { id, direction, ...attributes } = dialog.attributes
  if (id === undefined || !states.has(state as DialogState)) return []
  const identity = elementAt(dialog, 'remote', 'identity')
  const uri = textAt(dialog, 'remote', 'identity')?.trim()
  const displayName = identity?.attributes['display']
  const target = elementAt(dialog, 'remote', 'target')?.attributes['uri']
  const { event, code } = elementAt(dialog, 'state')?.attributes ?? {}
  const held = heldBy(isDeaf(dialog, 'local'), isDeaf(dialog, 'remote'))
  const status = Number(code)
  const referredBy = textAt(dialog, 'referred-by')?.trim()
  return [
    {
      id,
      state: state as DialogState,
      ...(direction === 'initiator' || direction === 'recipient' ? { direction } : {}),
      ...named('callId', attributes['call-id']),
      ...named('localTag', attributes['local-tag']),
      ...named('remoteTag', attributes['remote-tag']),
      ...named('remoteTarget', target),
      ...(held === undefined ? {} : { held }),
      ...(dialogEvents.has(event as DialogEvent) ? { event: event as DialogEvent } : {}),
      ...(status >= 100 && status < 700 ? { code: status } : {}),
      ...named('referredBy', referredBy?.slice(0, 512)),
      ...(uri === undefined || uri === ''
        ? {}
        : { remote: { uri: uri.slice(0, 512), ...named('displayName', displayName?.slice(0, 256)) } }),
    },
  ]
}

function isDeaf(dialog: XmlElement, side: 'local' | 'remote'): boolean {
  const target = elementAt(dialog, side, 'target')
  return (target ? elementsIn(target, 'param') : []).some(
    ({ attributes: { pname, pval, pvalue } }) =>
      // The schema of RFC 4235 has pval, its text pvalue, and each is written.
      pname?.toLowerCase() === rendering && (pval ?? pvalue)?.toLowerCase() === 'no',
  )
}

function heldBy(local: boolean, remote: boolean): LineDialog['held'] {
  return local ? (remote ? 'both' : 'local') : remote ? 'remote' : undefined
}

function sideOf(name: 'local' | 'remote', identity: XmlElement | undefined, uri: string | undefined, deaf: boolean) {
  const params = deaf ? [xml('param', { pname: rendering, pval: 'no' }, [])] : []
  const target = uri === undefined ? [] : [xml('target', { uri }, params)]
  return identity === undefined && target.length === 0
    ? []
    : [xml(name, {}, [...(identity ? [identity] : []), ...target])]
}

export function writeDialogInfo({ version, state, entity, dialogs }: DialogInfo): string {
  const root = { xmlns: 'urn:ietf:params:xml:ns:dialog-info', version: String(version), state, entity }
  return writeXml(
    xml(
      'dialog-info',
      root,
      dialogs.map((dialog) =>
        xml(
          'dialog',
          {
            id: dialog.id,
            ...named('call-id', dialog.callId),
            ...named('local-tag', dialog.localTag),
            ...named('remote-tag', dialog.remoteTag),
            ...named('direction', dialog.direction),
          },
          [
            xml('state', { ...named('event', dialog.event), ...named('code', dialog.code?.toString()) }, [
              dialog.state,
            ]),
            ...(dialog.referredBy === undefined ? [] : [xml('referred-by', {}, [dialog.referredBy])]),
            ...(isHeld(dialog, 'local') ? sideOf('local', undefined, entity, true) : []),
            ...sideOf(
              'remote',
              dialog.remote && xml('identity', named('display', dialog.remote.displayName), [dialog.remote.uri]),
              dialog.remoteTarget ?? (isHeld(dialog, 'remote') ? dialog.remote?.uri : undefined),
              isHeld(dialog, 'remote'),
            ),
          ],
        ),
      ),
    ),
  )
}

export interface Watched {
  readonly is: 'idle' | 'ringing' | 'busy'
  /** The call that this is about. */
  readonly dialog?: LineDialog
}

/** A line that is watched: documents in, and how its lamp is. */
export class LineWatch {
  #version = -1
  #dialogs = new Map<string, LineDialog>()

  /** How the line is now; undefined for a document that is older than one before (§4.3). */
  take({ version, state, dialogs }: DialogInfo): Watched | undefined {
    // Who begins to count anew has begun anew: a full state stands for itself.
    if (version <= this.#version && !(state === 'full' && version < this.#version)) return undefined
    this.#version = version
    if (state === 'full') this.#dialogs = new Map()
    for (const dialog of dialogs) {
      if (dialog.state === 'terminated') this.#dialogs.delete(dialog.id)
      else if (this.#dialogs.size < mostDialogs || this.#dialogs.has(dialog.id)) this.#dialogs.set(dialog.id, dialog)
    }
    return this.state
  }

  get state(): Watched {
    const all = [...this.#dialogs.values()]
    const ringing = this.ringing
    const busy = all.find(({ state, direction }) => direction !== 'recipient' || state === 'confirmed')
    // Who talks and is called is busy; that it rings is no news for whoever would call them.
    if (busy) return { is: 'busy', dialog: busy }
    return ringing ? { is: 'ringing', dialog: ringing } : { is: 'idle' }
  }

  /** The call that rings there, for whoever wants to take it. */
  get ringing(): LineDialog | undefined {
    return [...this.#dialogs.values()].find(({ state, direction }) => direction === 'recipient' && state === 'early')
  }
}

function named<Name extends string>(name: Name, value: string | undefined): { readonly [N in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: string }
}

export function isHeld({ held }: { readonly held?: LineDialog['held'] | undefined }, by: 'local' | 'remote'): boolean {
  return held === by || held === 'both'
}

const rendering = '+sip.rendering'
const dialogEvents: ReadonlySet<DialogEvent> = new Set([
  'cancelled',
  'rejected',
  'replaced',
  'local-bye',
  'remote-bye',
  'error',
  'timeout',
])
const states: ReadonlySet<DialogState> = new Set(['trying', 'proceeding', 'early', 'confirmed', 'terminated'])
const mostDialogs = 100
