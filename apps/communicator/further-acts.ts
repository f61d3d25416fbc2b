// What is done with calls that are up beside holding and ending them: transfers, conferences, recordings, codes, calling back.
import type { Call } from '@openparley/sdk/browser'
import type { Acting } from './acting.ts'
import { focus, places } from './focus.ts'
import { messages } from './messages.ts'
import type { Free, TurnedAway } from './model.ts'
import { readNumber } from './numbers.ts'
import { nameOf } from './sayings.ts'

export interface FurtherActs {
  /** The other side goes on with that number, unasked. */
  transfer(call: Call, to: string): void
  /** The other sides of two calls go on with each other. */
  connect(call: Call, other: Call): void
  /** Asks that number first; the call waits on hold. */
  consult(call: Call, to: string): void
  /** The one who is asked does not take it: back to the one on hold. */
  takeBack(held: Call, asked: Call): void
  deflect(call: Call, to: string): void
  bringTogether(...calls: readonly Call[]): void
  /** Out of a conference of the server: a member's uri. */
  dropMember(call: Call, member: string): void
  toggleSilence(call: Call): void
  /** Out of the conference, which is held meanwhile. */
  talkAlone(call: Call): void
  toggleRecord(call: Call): void
  park(call: Call): void
  giveCodes(call: Call, codes: { readonly account: string; readonly matter: string }): void
  callBack(call: Call): void
  forget(free: Free): void
  dismissTurnedAway(one: TurnedAway): void
}

export function openFurtherActs(acting: Acting): FurtherActs {
  const { session, model, face, once, can, holdOthers, resumeHere, speakIn, soundAt, show } = acting
  const { calls } = session
  const close = (): void => {
    face.panel.value = 'none'
    focus(places.call)
  }
  return {
    transfer: (call, typed) => {
      const to = readNumber(typed)
      if (to === '') return
      once(`transfer ${call.id}`, async () => {
        await calls.transfer({ call: call.id, to })
        close()
      })
    },
    connect: (call, other) =>
      once(`transfer ${call.id}`, async () => {
        await calls.transfer({ call: call.id, with: other.id })
        // Its end says where it went.
        face.choose(call.id)
        close()
      }),
    consult: (call, typed) => {
      const to = readNumber(typed)
      if (to === '') return
      once('dial', async () => {
        const sound = await soundAt(call.phone)
        await holdOthers()
        const { call: asked } = await calls.dial({ to, phone: call.phone, endpoint: sound.endpoint })
        sound.keep(asked)
        face.consult(call.id, asked)
        face.panel.value = 'none'
        show(asked)
      })
    },
    takeBack: (held, asked) =>
      once(`resume ${held.id}`, async () => {
        await calls.end({ call: asked.id })
        await resumeHere(held)
        show(held.id)
      }),
    deflect: (call, typed) => {
      const to = readNumber(typed)
      if (to === '') return
      once(call.id, async () => {
        await calls.deflect({ call: call.id, to })
        focus(places.calls)
      })
    },
    bringTogether: (...those) =>
      once('conference', async () => {
        const [first] = those
        if (!first) return
        await holdOthers(...those.map(({ id }) => id), ...face.conference.value.map(({ id }) => id))
        const { call, refused } = await calls.conference({ calls: those.map(({ id }) => id) })
        if (refused) model.news.value = { text: messages.conference.here(refused.sentence), isUrgent: false }
        // The server's is another call, or one of these, which may have been on hold.
        const there = model.calls.value.find(({ id }) => id === call)
        if (there && can(there, 'resume')) await resumeHere(there)
        else await speakIn(call ?? first.id)
        face.panel.value = 'none'
        show(call ?? first.id)
      }),
    dropMember: (call, member) =>
      once(`drop ${member}`, async () => {
        await calls.drop({ call: call.id, member })
        focus(places.call)
      }),
    toggleSilence: (call) => {
      if (can(call, 'silence')) return once(`silence ${call.id}`, () => calls.silence({ call: call.id }))
      once(`unsilence ${call.id}`, () => calls.unsilence({ call: call.id }))
    },
    talkAlone: (call) =>
      once('conference', async () => {
        await calls.split({ call: call.id })
        await holdOthers(call.id)
        await speakIn(call.id)
        show(call.id)
      }),
    toggleRecord: (call) => {
      if (can(call, 'record'))
        return once(`record ${call.id}`, () =>
          calls.record({ call: call.id, record: nameOfRecording(call, new Date()) }),
        )
      once(`stop ${call.id}`, () => calls.stopRecording({ call: call.id }))
    },
    park: (call) =>
      once(`transfer ${call.id}`, async () => {
        await calls.park({ call: call.id })
        focus(places.call)
      }),
    giveCodes: (call, { account, matter }) =>
      once(`codes ${call.id}`, async () => {
        const codes = { ...(account === '' ? {} : { account }), ...(matter === '' ? {} : { matter }) }
        await calls.giveCodes({ call: call.id, codes })
        focus(places.call)
      }),
    callBack: (call) =>
      once(`back ${call.id}`, async () => {
        await calls.callBack({ call: call.id })
        face.awaited.value = new Set([...face.awaited.value, call.id])
        focus(places.call)
      }),
    forget: ({ number }) => {
      model.free.value = model.free.value.filter((each) => each.number !== number)
      focus(places.calls)
    },
    dismissTurnedAway: (one) => {
      model.turnedAway.value = model.turnedAway.value.filter((each) => each !== one)
      focus(places.calls)
    },
  }
}

/** With whom and when, to the second: no two of one person are the same. Marks that a file's name may not have are left out. */
export function nameOfRecording({ remote }: Pick<Call, 'remote'>, now: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-')
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.')
  const who = nameOf(remote)
    .replace(/[^\w .-]/g, '')
    .slice(0, 60)
    .replace(/^[ .]+|[ .]+$/g, '')
  return `${[day, time, who].filter(Boolean).join(' ')}.wav`
}
