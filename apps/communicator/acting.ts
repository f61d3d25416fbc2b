// What every act of a person shares: one at a time, what was refused is shown, and the page's sound goes where they talk.
import { type Call, ParleyError, type Session } from '@openparley/sdk/browser'
import type { Face } from './face.ts'
import { focus, places } from './focus.ts'
import { messages } from './messages.ts'
import type { Model } from './model.ts'
import type { Voice } from './voice.ts'

export type Capability = Call['capabilities'][number]

export interface PageSound {
  readonly endpoint: Awaited<ReturnType<Voice['endpoint']>>
  /** That call is this tab's. */
  keep(call: string): void
}

export interface Acting {
  readonly session: Session
  readonly model: Model
  readonly face: Face
  readonly voice: Voice
  /** One act of a name at a time: a second press of a button while the first is under way does nothing. */
  once(name: string, act: () => Promise<unknown>): void
  failed(thrown: unknown): void
  can(call: Call, what: Capability): boolean
  /** A person talks to one at a time. A call that cannot be held is told of and stays as it is. */
  holdOthers(...but: readonly string[]): Promise<void>
  /** Takes calls off hold, and speaks and listens there: a page's sound is in one call or conference at a time. */
  resumeHere(...calls: readonly Call[]): Promise<void>
  speakIn(call: string): Promise<void>
  /** The page's sound for a call at that phone, the one that acts unless said: none for one on the desk, which has its own. */
  soundAt(phone?: string): Promise<PageSound>
  show(call: string): void
}

export function openActing(model: Model, face: Face, voice: Voice): Acting {
  const { session } = model
  const { calls } = session
  const busy = new Set<string>()
  let problems = 0
  const failed = (thrown: unknown): void => {
    const error = thrown instanceof ParleyError ? thrown : ofBrowser(thrown)
    const rest = face.problems.value.filter((each) => each.error.code !== error.code)
    face.problems.value = [...rest, { id: ++problems, error }].slice(-mostProblems)
  }
  const can = (call: Call, what: Capability): boolean => face.isOurs(call) && call.capabilities.includes(what)
  const holdOthers = async (...but: readonly string[]): Promise<void> => {
    const talking = model.calls.value.filter(
      (call) => !but.includes(call.id) && call.state === 'connected' && can(call, 'hold'),
    )
    await Promise.all(talking.map(({ id }) => calls.hold({ call: id }).catch(failed)))
  }
  const isOnDesk = (phone: string | undefined): boolean =>
    model.phones.value.find(({ id, chosen }) => (phone === undefined ? chosen : id === phone))?.kind === 'desk'
  const soundAt = async (phone?: string): Promise<PageSound> =>
    isOnDesk(phone)
      ? { endpoint: { kind: 'none' }, keep: () => {} }
      : { endpoint: await voice.endpoint(), keep: (call) => voice.keep(call) }
  const speakIn = async (id: string): Promise<void> => {
    const call = model.calls.value.find((each) => each.id === id)
    if (call && isOnDesk(call.phone)) return
    await calls.attach({ call: id, endpoint: await voice.endpoint() })
    voice.keep(id)
  }
  return {
    session,
    model,
    face,
    voice,
    once: (name, act) => {
      if (busy.has(name)) return
      busy.add(name)
      void act()
        .then(() => {
          face.problems.value = []
        }, failed)
        .finally(() => busy.delete(name))
    },
    failed,
    can,
    holdOthers,
    resumeHere: async (...those) => {
      const ids = those.map(({ id }) => id)
      await holdOthers(...ids)
      await Promise.all(ids.map((call) => calls.resume({ call })))
      if (ids[0] !== undefined) await speakIn(ids[0])
    },
    speakIn,
    soundAt,
    show: (id) => {
      face.choose(id)
      face.go('calls')
      focus(places.call)
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
