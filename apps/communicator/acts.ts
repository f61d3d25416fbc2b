// What a person does: each act asks the core, and what it refuses is shown with its sentence and next step.
import { type Call, ParleyError } from '@openparley/sdk/browser'
import type { Face } from './face.ts'
import { focus, places } from './focus.ts'
import { messages } from './messages.ts'
import type { Model } from './model.ts'
import { pageOfHistory } from './model.ts'
import { readNumber } from './numbers.ts'
import type { Voice } from './voice.ts'

export interface Acts {
  /** Dials what was typed, or brings the last number back where nothing was. */
  dialTyped(): void
  dial(to: string): void
  answer(call: Call): void
  decline(call: Call): void
  end(call: Call): void
  /** Holds, or resumes and holds the others. */
  toggleHold(call: Call): void
  toggleMute(call: Call): void
  sendDigits(call: Call, digits: string): void
  show(call: Call): void
  dismiss(call: Call): void
  older(): void
  dismissProblem(id: number): void
}

export function openActs({ session, ...model }: Model, face: Face, voice: Voice): Acts {
  const { calls } = session
  let problems = 0
  const busy = new Set<string>()
  const failed = (thrown: unknown): void => {
    const error = thrown instanceof ParleyError ? thrown : ofBrowser(thrown)
    const rest = face.problems.value.filter((each) => each.error.code !== error.code)
    face.problems.value = [...rest, { id: ++problems, error }].slice(-mostProblems)
  }
  /** One act of a name at a time: a second press of a button while the first is under way does nothing. */
  const once = (name: string, act: () => Promise<unknown>): void => {
    if (busy.has(name)) return
    busy.add(name)
    void act()
      .then(() => {
        face.problems.value = []
      }, failed)
      .finally(() => busy.delete(name))
  }
  const can = (call: Call, what: Call['capabilities'][number]): boolean =>
    face.isOurs(call) && call.capabilities.includes(what)
  /** A person talks to one at a time. A call that cannot be held is told of and stays as it is. */
  const holdOthers = async (but?: string): Promise<void> => {
    const talking = model.calls.value.filter(
      (call) => call.id !== but && call.state === 'connected' && can(call, 'hold'),
    )
    await Promise.all(talking.map(({ id }) => calls.hold({ call: id }).catch(failed)))
  }
  const showCall = (id: string): void => {
    face.choose(id)
    face.go('calls')
    focus(places.call)
  }
  const dial = (to: string): void =>
    once('dial', async () => {
      const endpoint = await voice.endpoint()
      await holdOthers()
      const { call } = await calls.dial({ to, endpoint })
      voice.keep(call)
      face.lastNumber.value = to
      face.number.value = ''
      showCall(call)
    })
  return {
    dialTyped: () => {
      const to = readNumber(face.number.value)
      if (to !== '') dial(to)
      else {
        face.number.value = face.lastNumber.value
        focus(places.number)
      }
    },
    dial,
    answer: (call) =>
      once(call.id, async () => {
        const endpoint = await voice.endpoint()
        await holdOthers(call.id)
        await calls.answer({ call: call.id, endpoint })
        voice.keep(call.id)
        showCall(call.id)
      }),
    decline: (call) =>
      once(call.id, async () => {
        await calls.decline({ call: call.id })
        focus(places.calls)
      }),
    end: (call) =>
      once(call.id, async () => {
        const isLarge = face.large.value?.id === call.id
        await calls.end({ call: call.id })
        focus(isLarge ? places.call : places.calls)
      }),
    // Named by what they do, not by the button: the call may show that it is held before the act's answer is here, and a
    // person who then presses again means the other act.
    toggleHold: (call) => {
      if (can(call, 'hold')) return once(`hold ${call.id}`, () => calls.hold({ call: call.id }))
      once(`resume ${call.id}`, async () => {
        await holdOthers(call.id)
        face.choose(call.id)
        await calls.resume({ call: call.id })
      })
    },
    toggleMute: (call) => {
      if (can(call, 'mute')) return once(`mute ${call.id}`, () => calls.mute({ call: call.id }))
      once(`unmute ${call.id}`, () => calls.unmute({ call: call.id }))
    },
    sendDigits: (call, digits) => {
      // Not `once`: each key press counts, and the connection keeps their order.
      void calls.sendDigits({ call: call.id, digits }).catch(failed)
    },
    show: ({ id }) => showCall(id),
    dismiss: ({ id }) => {
      face.dismiss(id)
      focus(places.calls)
    },
    older: () =>
      once('older', async () => {
        const cursor = model.older.value
        if (cursor === undefined) return
        const page = await session.history.list({ cursor, limit: pageOfHistory })
        const known = new Set(model.history.value.map(({ call }) => call))
        model.history.value = [...model.history.value, ...page.entries.filter(({ call }) => !known.has(call))]
        model.older.value = page.next
      }),
    dismissProblem: (id) => {
      face.problems.value = face.problems.value.filter((each) => each.id !== id)
    },
  }
}

/** What the browser refuses has no code of the core's. */
function ofBrowser(thrown: unknown): ParleyError {
  const name = thrown instanceof DOMException ? thrown.name : ''
  const { sentence, next } =
    name === 'NotAllowedError'
      ? messages.sound.refused
      : name === 'NotFoundError' || name === 'NotReadableError'
        ? messages.sound.noMicrophone
        : messages.mistake
  return new ParleyError({
    code: name === '' ? 'internal' : 'media-browser-failed',
    sentence,
    next,
    retryable: name !== '',
    origin: name === '' ? 'us' : 'user',
    detail: String(thrown),
  })
}

const mostProblems = 3
