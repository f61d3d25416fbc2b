// What a desk phone does when it is asked over SIP: it tells of its calls (RFC 4235), calls whom a REFER names (RFC 3515), hangs up by one,
// and takes the events talk and hold. Only whose phone it is may ask.
import { readRemoteRequests, type RemoteRequest, remoteRequestType } from '@openparley/protocols/cucm'
import { type LineDialog, writeDialogInfo } from '@openparley/protocols/events'
import {
  type AgentEffect,
  type AgentInput,
  type DialogName,
  fromOf,
  isSip,
  parseNameAddr,
  type SipRequest,
  uriOf,
  userOf,
} from '@openparley/protocols/sip'
import type { DeskAct } from './desk.ts'
import type { DeskCall, DeskEvent, DeskRefusal } from './signals.ts'

export interface DeskAskedOptions {
  readonly number: string
  readonly owner: string
  readonly feed: (input: AgentInput) => void
  readonly calls: () => readonly Readonly<DeskCall>[]
  readonly act: (act: DeskAct) => { readonly refused: DeskRefusal } | { readonly key: string }
  /** The dialog of a call; undefined where it has none yet. */
  readonly dialogOf: (key: string) => DialogName | undefined
}

type Progress = (status: number) => void

export class DeskAsked {
  readonly #options: DeskAskedOptions
  readonly #watchers = new Map<string, { version: number }>()
  /** Who is told how a call goes that they had made. */
  readonly #progress = new Map<string, Progress>()
  /** What a call was refused with, until it is told over. */
  readonly #refused = new Map<string, number>()
  /** A dialog that is over has no name at the agent any more. */
  readonly #names = new Map<string, DialogName>()
  #sent = 0

  constructor(options: DeskAskedOptions) {
    this.#options = options
  }

  /** Whether a call that comes in is to be answered at once, as it asks (RFC 5373, and as phones did before), and may be. */
  isAnswered({ headers }: SipRequest): boolean {
    const asks =
      /^auto\b/i.test(headers.get('Answer-Mode') ?? '') || /answer-after=0/.test(headers.get('Call-Info') ?? '')
    return asks && userOf(uriOf(fromOf(headers))) === this.#options.owner
  }

  watcher({ watcher, event }: Extract<AgentEffect, { type: 'watcher' }>): void {
    const { feed } = this.#options
    if (event.type === 'ending') {
      const known = this.#watchers.delete(watcher)
      if (known && event.why !== 'gone') feed({ type: 'notify', watcher, state: 'terminated' })
      return
    }
    if (!this.#mayAsk(event.request)) return feed({ type: 'refuse-watch', watcher, status: 403 })
    if (event.event === 'refer') return this.#referred(watcher, event.request)
    feed({ type: 'watch', watcher, expiresS: 3600 })
    if (!this.#watchers.has(watcher)) this.#watchers.set(watcher, { version: 0 })
    this.#notify(
      watcher,
      this.#options.calls().map((call) => this.#dialog(call)),
    )
  }

  request({ id, request, session }: Extract<AgentEffect, { type: 'request' }>): void {
    const { feed } = this.#options
    const reply = (status: number): void => feed({ type: 'reply', id, status })
    const { method, headers } = request
    if (method !== 'NOTIFY' && method !== 'REFER') return reply(501)
    if (!this.#mayAsk(request)) return reply(403)
    if (method === 'NOTIFY') return reply(this.#event(headers.get('Event') ?? '', headers.get('Target-Dialog')))
    if (session === undefined) return reply(501)
    const dialled = this.#dial(headers.get('Refer-To'), (status) => {
      const isOver = status >= 200
      feed({
        type: 'send',
        session,
        id: `asked-${++this.#sent}`,
        method: 'NOTIFY',
        headers: [
          ['Event', 'refer'],
          ['Subscription-State', isOver ? 'terminated;reason=noresource' : 'active;expires=60'],
        ],
        contentType: fragment,
        body: sentence(status),
      })
    })
    reply(typeof dialled === 'number' ? dialled : 202)
    if (typeof dialled !== 'number') dialled()
  }

  /** What the phone does, whoever has it do so. */
  told(event: DeskEvent): void {
    if (!('call' in event)) return
    const { call, type } = event
    const { key } = call
    const name = this.#options.dialogOf(key)
    if (name) this.#names.set(key, name)
    const progress = this.#progress.get(key)
    if (type === 'delivered' && call.direction === 'out') progress?.(180)
    // That it is over is told next.
    if (type === 'failed') return void this.#refused.set(key, event.status ?? 408)
    const isOver = type === 'cleared' || !this.#options.calls().some((each) => each.key === key)
    if (type === 'established' || isOver) {
      this.#progress.delete(key)
      progress?.(isOver ? (this.#refused.get(key) ?? 487) : 200)
    }
    const dialogs = this.#options.calls().map((each) => this.#dialog(each))
    if (type === 'cleared') dialogs.push(this.#over(call, event.by))
    for (const watcher of this.#watchers.keys()) this.#notify(watcher, dialogs)
    if (!isOver) return
    this.#names.delete(key)
    this.#refused.delete(key)
  }

  #mayAsk({ headers }: SipRequest): boolean {
    return userOf(uriOf(fromOf(headers))) === this.#options.owner
  }

  #notify(watcher: string, dialogs: readonly LineDialog[]): void {
    const known = this.#watchers.get(watcher)
    if (!known) return
    const entity = `sip:${this.#options.number}@127.0.0.1`
    const body = writeDialogInfo({ version: known.version++, state: 'full', entity, dialogs })
    this.#options.feed({ type: 'notify', watcher, state: 'active', contentType: 'application/dialog-info+xml', body })
  }

  #dialog({ key, direction, remote, name, state, heldByRemote }: Readonly<DeskCall>): LineDialog {
    const { callId, localTag, remoteTag, remoteTarget } = this.#names.get(key) ?? this.#options.dialogOf(key) ?? {}
    const isHeld = state === 'hold'
    const held = isHeld && heldByRemote ? 'both' : isHeld ? 'local' : heldByRemote ? 'remote' : undefined
    return {
      id: key,
      state: dialogStates[state],
      direction: direction === 'out' ? 'initiator' : 'recipient',
      ...(callId === undefined ? {} : { callId }),
      ...(localTag === undefined ? {} : { localTag }),
      ...(remoteTag === undefined ? {} : { remoteTag }),
      ...(remoteTarget === undefined ? {} : { remoteTarget }),
      ...(held === undefined ? {} : { held }),
      remote: { uri: `sip:${remote}@127.0.0.1`, ...(name === undefined ? {} : { displayName: name }) },
    }
  }

  #over(call: Readonly<DeskCall>, by: 'local' | 'remote'): LineDialog {
    const code = this.#refused.get(call.key)
    const event = code === undefined ? (`${by}-bye` as const) : 'rejected'
    return { ...this.#dialog(call), state: 'terminated', event, ...(code === undefined ? {} : { code }) }
  }

  /** A REFER outside of any call: to call somebody, or to hang up. */
  #referred(watcher: string, { headers, body }: SipRequest): void {
    const { feed, act } = this.#options
    const contentType = headers.get('Content-Type') ?? ''
    if (contentType.startsWith(remoteRequestType)) {
      const asked = readRemoteRequests(contentType, new TextDecoder().decode(body)).map((each) => this.#remote(each))
      const isTaken = asked.length > 0 && asked.every((each) => each)
      return feed({ type: 'refuse-watch', watcher, status: isTaken ? 202 : 403, headers: [['Refer-Sub', 'false']] })
    }
    const uri = uriOf(parseNameAddr(headers.get('Refer-To') ?? ''))
    if (isSip(uri) && uri.params.get('method')?.toUpperCase() === 'BYE') {
      const call = this.#named(headers.get('Target-Dialog'))
      feed({ type: 'refuse-watch', watcher, status: call ? 202 : 481, headers: [['Refer-Sub', 'false']] })
      if (call) act({ type: 'leave', key: call.key })
      return
    }
    const dialled = this.#dial(headers.get('Refer-To'), (status) =>
      feed({
        type: 'notify',
        watcher,
        state: status < 200 ? 'active' : 'terminated',
        contentType: fragment,
        body: sentence(status),
      }),
    )
    if (typeof dialled === 'number') return feed({ type: 'refuse-watch', watcher, status: dialled })
    feed({ type: 'watch', watcher, expiresS: 60 })
    dialled()
  }

  /** In the way of call managers. False: it does not do it, or cannot now. */
  #remote(asked: RemoteRequest): boolean {
    const { act, calls } = this.#options
    if (asked.is === 'dial') return !('refused' in act({ type: 'dial', to: asked.number }))
    if (asked.is !== 'answer' && asked.is !== 'resume') return false
    const state = asked.is === 'answer' ? 'alerting' : 'hold'
    const { dialog } = asked
    const call = dialog
      ? this.#named(`${dialog.callId};local-tag=${dialog.localTag};remote-tag=${dialog.remoteTag}`)
      : calls().find((each) => each.state === state)
    return call !== undefined && !('refused' in act({ type: asked.is, key: call.key }))
  }

  /** Why it is not dialled; or what is to be done when the REFER is answered. */
  #dial(referTo: string | undefined, progress: Progress): number | (() => void) {
    const to = userOf(uriOf(parseNameAddr(referTo ?? '')))
    if (to === undefined) return 400
    return () => {
      const dialled = this.#options.act({ type: 'dial', to })
      if ('refused' in dialled) return progress(486)
      this.#progress.set(dialled.key, progress)
      progress(100)
    }
  }

  #event(name: string, target: string | undefined): number {
    const { calls, act } = this.#options
    const named = target === undefined ? undefined : this.#named(target)
    const those = named ? [named] : target === undefined ? calls() : []
    const find = (state: DeskCall['state']): string | undefined => those.find((call) => call.state === state)?.key
    const [ringing, held, talking] = [find('alerting'), find('hold'), find('connected')]
    if (name === 'talk' && ringing !== undefined) act({ type: 'answer', key: ringing })
    else if (name === 'talk' && held !== undefined) act({ type: 'resume', key: held })
    else if (name === 'hold' && talking !== undefined) act({ type: 'hold', key: talking })
    else return name === 'talk' || name === 'hold' ? 481 : 489
    return 200
  }

  /** The call of that dialog (RFC 4538 §7). */
  #named(target: string | undefined): Readonly<DeskCall> | undefined {
    const [, callId, rest = ''] = /^([^;]+);(.*)$/.exec(target?.trim() ?? '') ?? []
    const tag = (name: string): string | undefined => new RegExp(`(?:^|;)\\s*${name}=([^;]+)`, 'i').exec(rest)?.[1]
    return this.#options.calls().find(({ key }) => {
      const name = this.#options.dialogOf(key)
      return name?.callId === callId && name?.localTag === tag('local-tag') && name?.remoteTag === tag('remote-tag')
    })
  }
}

function sentence(status: number): string {
  return `SIP/2.0 ${status} ${reasons[status] ?? 'As It Was Told'}\r\n`
}

const reasons: Readonly<Record<number, string>> = { 100: 'Trying', 180: 'Ringing', 200: 'OK' }
const fragment = 'message/sipfrag'
const dialogStates = {
  initiated: 'trying',
  originated: 'trying',
  delivered: 'early',
  alerting: 'early',
  connected: 'confirmed',
  hold: 'confirmed',
  null: 'terminated',
} as const
