// What a person does: each act asks the core, and what it refuses is shown with its sentence and next step.
import type { Call } from '@openparley/sdk/browser'
import { openActing, type PageSound } from './acting.ts'
import { type ChatActs, openChatActs } from './chat-acts.ts'
import { type ConferenceActs, openConferenceActs } from './conferences-acts.ts'
import { type DirectoryActs, openDirectoryActs } from './directory-acts.ts'
import { type Face, noOptions } from './face.ts'
import { focus, places } from './focus.ts'
import { type FurtherActs, openFurtherActs } from './further-acts.ts'
import type { Model } from './model.ts'
import { readNumber } from './numbers.ts'
import { openPastActs, type PastActs } from './past-acts.ts'
import { openPeopleActs, type PeopleActs } from './people-acts.ts'
import { openSettingActs, type SettingActs } from './setting-acts.ts'
import { openVideoActs, type VideoActs } from './video-acts.ts'
import type { Voice } from './voice.ts'
import { openVoicemailActs, type VoicemailActs } from './voicemail-acts.ts'

export interface Acts
  extends FurtherActs,
    SettingActs,
    PeopleActs,
    ChatActs,
    PastActs,
    VoicemailActs,
    DirectoryActs,
    VideoActs,
    ConferenceActs {
  /** Dials what was typed, as the options say. */
  dialTyped(how?: { readonly video: boolean }): void
  dial(to: string): void
  /** Puts it where it is dialled from: whoever wants to calls it. */
  offer(to: string): void
  /** The number that was dialled last, on whatever application. */
  redial(): void
  /** The call that is parked at that place. */
  retrieve(place: string): void
  /** What rings at that line, or in the group. */
  pickUp(from?: string): void
  answer(call: Call, how?: { readonly video: boolean }): void
  decline(call: Call): void
  end(...calls: readonly Call[]): void
  /** Holds, or resumes and holds the others. */
  toggleHold(...calls: readonly Call[]): void
  toggleMute(...calls: readonly Call[]): void
  sendDigits(call: Call, digits: string): void
  show(call: Call): void
  dismiss(call: Call): void
  /** That phone acts from now on. */
  usePhone(phone: string): void
  /** Goes on with the call at another phone of the person's. */
  move(call: Call, phone: string): void
  dismissProblem(id: number): void
}

export function openActs(model: Model, face: Face, voice: Voice): Acts {
  const acting = openActing(model, face, voice)
  const { session, once, failed, can, holdOthers, resumeHere, soundAt } = acting
  const { calls } = session
  type Endpoint = PageSound['endpoint']
  /** A new call from here: the others are held, and it is shown. */
  const begin = (how: (endpoint: Endpoint) => Promise<{ readonly call: string }>): void =>
    once('dial', async () => {
      const sound = await soundAt()
      await holdOthers()
      const { call } = await how(sound.endpoint)
      sound.keep(call)
      face.number.value = ''
      face.options.value = noOptions
      acting.show(call)
    })
  const dial = (to: string): void => {
    model.free.value = model.free.value.filter(({ number }) => number !== to)
    begin((endpoint) => calls.dial({ to, endpoint }))
  }
  return {
    ...openFurtherActs(acting),
    ...openSettingActs(acting),
    ...openPeopleActs(acting),
    ...openChatActs(acting),
    ...openPastActs(acting),
    ...openConferenceActs(acting),
    ...openVideoActs(acting),
    ...openVoicemailActs(acting),
    ...openDirectoryActs(acting),
    dialTyped: ({ video } = { video: false }) => {
      const to = readNumber(face.number.value)
      if (to === '') return focus(places.number)
      const { account, matter, precedence, anonymous } = face.options.value
      const codes = { ...(account === '' ? {} : { account }), ...(matter === '' ? {} : { matter }) }
      begin(async (endpoint) => {
        if (video) await voice.startCamera()
        return calls.dial({
          to,
          endpoint,
          codes,
          ...(video ? { video } : {}),
          ...(precedence === '' ? {} : { precedence }),
          ...(anonymous === undefined ? {} : { anonymous }),
        })
      })
    },
    dial,
    offer: (to) => {
      face.number.value = to
      face.go('dial')
      focus(places.number)
    },
    redial: () => begin((endpoint) => calls.redial({ endpoint })),
    retrieve: (at) => begin((endpoint) => calls.retrieve({ at, endpoint })),
    pickUp: (from) => begin((endpoint) => calls.pickUp({ endpoint, ...(from === undefined ? {} : { from }) })),
    answer: (call, { video } = { video: false }) =>
      once(call.id, async () => {
        const sound = await soundAt(call.phone)
        // Who asks to join the call comes into it.
        await holdOthers(call.id, ...(call.joins === undefined ? [] : [call.joins]))
        if (video) await voice.startCamera()
        await calls.answer({ call: call.id, endpoint: sound.endpoint, ...(video ? { video } : {}) })
        sound.keep(call.id)
        acting.show(call.id)
      }),
    decline: (call) =>
      once(call.id, async () => {
        await calls.decline({ call: call.id })
        focus(places.calls)
      }),
    end: (...those) => {
      for (const call of those) {
        once(call.id, async () => {
          const isLarge = face.large.value?.id === call.id
          await calls.end({ call: call.id })
          focus(isLarge ? places.call : places.calls)
        })
      }
    },
    // Named by what they do, not by the button: the call may show that it is held before the act's answer is here, and a
    // person who then presses again means the other act.
    toggleHold: (...those) => {
      const talking = those.filter((call) => can(call, 'hold'))
      const [first] = those
      if (!first) return
      if (talking.length > 0)
        return once(`hold ${first.id}`, () => Promise.all(talking.map(({ id }) => calls.hold({ call: id }))))
      once(`resume ${first.id}`, async () => {
        face.choose(first.id)
        await resumeHere(...those)
      })
    },
    toggleMute: (...those) => {
      const heard = those.filter((call) => can(call, 'mute'))
      const [first] = those
      if (!first) return
      if (heard.length > 0)
        return once(`mute ${first.id}`, () => Promise.all(heard.map(({ id }) => calls.mute({ call: id }))))
      once(`unmute ${first.id}`, () => Promise.all(those.map(({ id }) => calls.unmute({ call: id }))))
    },
    sendDigits: (call, digits) => {
      // Not `once`: each key press counts, and the connection keeps their order.
      void calls.sendDigits({ call: call.id, digits }).catch(failed)
    },
    show: ({ id }) => acting.show(id),
    dismiss: ({ id }) => {
      face.dismiss(id)
      focus(places.calls)
    },
    usePhone: (phone) => once('phone', () => session.phones.use({ phone })),
    move: (call, phone) =>
      once(`move ${call.id}`, async () => {
        const sound = await soundAt(phone)
        const moved = await calls.move({ call: call.id, to: phone, endpoint: sound.endpoint })
        sound.keep(moved.call)
        acting.show(moved.call)
      }),
    dismissProblem: (id) => {
      face.problems.value = face.problems.value.filter((each) => each.id !== id)
    },
  }
}
