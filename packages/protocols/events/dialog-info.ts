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
}

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
  return [
    {
      id,
      state: state as DialogState,
      ...(direction === 'initiator' || direction === 'recipient' ? { direction } : {}),
      ...named('callId', attributes['call-id']),
      ...named('localTag', attributes['local-tag']),
      ...named('remoteTag', attributes['remote-tag']),
      ...named('remoteTarget', target),
      ...(uri === undefined || uri === ''
        ? {}
        : { remote: { uri: uri.slice(0, 512), ...named('displayName', displayName?.slice(0, 256)) } }),
    },
  ]
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
            xml('state', {}, [dialog.state]),
            ...(dialog.remote === undefined
              ? []
              : [
                  xml('remote', {}, [
                    xml('identity', named('display', dialog.remote.displayName), [dialog.remote.uri]),
                    ...(dialog.remoteTarget === undefined ? [] : [xml('target', { uri: dialog.remoteTarget }, [])]),
                  ]),
                ]),
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

const states: ReadonlySet<DialogState> = new Set(['trying', 'proceeding', 'early', 'confirmed', 'terminated'])
const mostDialogs = 100
