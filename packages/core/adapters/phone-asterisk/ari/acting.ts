// Acts of the dial plan that are under way: what became of each is told by the channel that it runs on. Keys for one channel are pressed one act after another.
import type { AriEvent } from '@openparley/protocols/ari'
import { type AriLink, isDone, type Refusal, refusalOf } from '../../../links/ari/index.ts'
import type { World } from '../../../runtime/world.ts'
import { type Act, actAt, bringAt, type Contexts, lastingMs } from './acts.ts'

export type Done = (refusal: Refusal | undefined) => void

export interface Acting {
  run(act: Act, done: Done): void
  /** Has the phone go to a room as well, by that channel; `half`: the one to hang up to take it out again. */
  bring(channel: string, to: Room, done: (refusal: Refusal | undefined, half: string) => void): void
  take(event: AriEvent): void
  /** None of them is heard of any more. */
  lost(): void
}

export interface Room {
  readonly context: string
  readonly room: string
}

export interface ActingOptions {
  readonly world: World
  readonly link: () => AriLink
  readonly app: string
  readonly contexts: Contexts
}

export function acting({ world, link, app, contexts }: ActingOptions): Acting {
  const running = new Map<string, { readonly act: Act; readonly over: Done }>()
  /** On their way to a room: each half that is not in a bridge yet. */
  const entering = new Map<string, { readonly halves: Set<string>; readonly over: Done }>()
  /** Keys that wait for those before them, by the channel that they are for. */
  const waiting = new Map<string, { readonly begin: () => void; readonly done: Done }[]>()

  const start = (act: Act, done: Done): void => {
    const id = `${app}-act-${world.dice.token(64)}`
    const late = (): void => over({ code: 'server-silent' })
    const stop = world.clock.at(world.clock.now() + answerMs + lastingMs(act), late)
    const over: Done = (refusal) => {
      if (!running.delete(id)) return
      stop()
      done(refusal)
    }
    running.set(id, { act, over })
    link().ask(actAt(id, app, contexts, act), (answer) => {
      if (!answer || !isDone(answer)) over(refusalOf(answer))
    })
  }

  const bring: Acting['bring'] = (channel, { context, room }, done) => {
    const half = `${app}-half-${world.dice.token(64)}`
    const request = bringAt(half, channel, context, room)
    const stop = world.clock.at(world.clock.now() + answerMs, () => over({ code: 'server-silent' }))
    const over: Done = (refusal) => {
      if (!entering.delete(half)) return
      stop()
      done(refusal, half)
    }
    entering.set(half, { halves: new Set([half, request.query?.['otherChannelId'] ?? '']), over })
    link().ask(request, (answer) => {
      if (!answer || !isDone(answer)) over(refusalOf(answer))
    })
  }

  const enters = (type: string, channel: string): void => {
    for (const { halves, over } of [...entering.values()]) {
      if (!halves.has(channel)) continue
      if (type === 'ChannelDestroyed') over({ code: 'call-failed' })
      else if (type === 'ChannelEnteredBridge' && halves.delete(channel) && halves.size === 0) over(undefined)
    }
  }

  const press = (act: Act, done: Done): void => {
    const channel = act.variables['DESK_CHANNEL'] ?? ''
    const before = waiting.get(channel)
    const begin = (): void =>
      start(act, (refusal) => {
        const next = waiting.get(channel)?.shift()
        if (!next) waiting.delete(channel)
        done(refusal)
        next?.begin()
      })
    if (before && before.length >= mostWaiting) return done({ code: 'too-many-requests' })
    if (before) return void before.push({ begin, done })
    waiting.set(channel, [])
    begin()
  }

  return {
    run: (act, done) => (act.name === 'press' ? press(act, done) : start(act, done)),
    bring,
    take: ({ type, channel, variable, value }) => {
      enters(type, channel?.id ?? '')
      const found = running.get(channel?.id ?? '')
      if (!found) return
      const { act, over } = found
      if (type === 'ChannelVarset' && variable === 'CHANNELREDIRECT_STATUS')
        over(value === 'SUCCESS' ? undefined : { code: 'call-wrong-state' })
      // Keys say nothing of how they went; of the others there is no such act.
      if (type === 'ChannelDestroyed') over(act.name === 'press' ? undefined : { code: 'call-failed' })
    },
    lost: () => {
      const left = [...waiting.values()].flat()
      waiting.clear()
      const gone = { code: 'server-silent' } as const
      for (const { over } of [...running.values(), ...entering.values()]) over(gone)
      for (const { done } of left) done(gone)
    },
  }
}

const answerMs = 10_000
const mostWaiting = 16
