// What a person does with web conferences.
import type { Call, WebConference } from '@openparley/sdk/browser'
import type { Acting } from './acting.ts'
import type { Member } from './conferences-model.ts'
import { focus, places } from './focus.ts'

export interface ConferenceActs {
  /** Makes one, asks these people into it, and goes in. */
  startConference(with_: { readonly subject?: string; readonly invite?: readonly string[]; readonly call?: Call }): void
  joinConference(which: { readonly conference: string } | { readonly invitation: string }): void
  leaveConference(): void
  endConference(one: WebConference): void
  inviteTo(one: WebConference, address: string, done: () => void): void
  toggleOwnSound(): void
  toggleOwnCamera(): void
  toggleOwnScreen(): void
  toggleMember(one: WebConference, member: Member): void
  removeMember(one: WebConference, member: Member): void
}

export function openConferenceActs(acting: Acting): ConferenceActs {
  const { session, model, voice, once, holdOthers } = acting
  const { conferences: all } = session
  const { conferences } = model
  /** By an id of the list alone: what the page is told of it is known by that. */
  const goIn = async (which: { conference: string } | { invitation: string }): Promise<void> => {
    conferences.here.value?.media.close()
    const before = conferences.here.value
    conferences.here.value = undefined
    if (before) await all.leave({ conference: before.conference })
    const known =
      'conference' in which
        ? which.conference
        : conferences.all.value.find((one) => one.invitation === which.invitation)?.conference
    // Only who goes into one needs it.
    const { openConferenceMedia } = await import('./conferences-media.ts')
    const { microphone } = voice.chosen.value
    const open = (conference: string) => ({
      conference,
      media: openConferenceMedia(session, conference, microphone === undefined ? {} : { microphone }),
    })
    // Members are offered before the answer is here.
    if (known !== undefined) conferences.here.value = open(known)
    try {
      await holdOthers()
      const joined = await all.join(known === undefined ? which : { conference: known })
      if (joined.open !== undefined) {
        conferences.here.value = undefined
        conferences.opened.value = new Map(conferences.opened.value).set(joined.conference, joined.open)
        window.open(joined.open, '_blank', 'noopener,noreferrer')
        return
      }
      if (conferences.here.value?.conference !== joined.conference) conferences.here.value = open(joined.conference)
      focus(places.stage)
      await conferences.here.value.media.begin()
    } catch (error) {
      const failed = conferences.here.value
      failed?.media.close()
      conferences.here.value = undefined
      // Who is heard by nobody is not left in it unseen.
      if (failed) await all.leave({ conference: failed.conference }).catch(() => undefined)
      throw error
    }
  }
  const media = () => conferences.here.value?.media
  return {
    startConference: ({ subject = '', invite = [], call }) =>
      once('conference', async () => {
        const { conference } = await all.create({
          subject,
          invite: [...invite],
          ...(call === undefined ? {} : { call: call.id }),
        })
        await goIn({ conference })
      }),
    joinConference: (which) => once('conference', () => goIn(which)),
    leaveConference: () =>
      once('conference', async () => {
        const { value: here } = conferences.here
        if (here) await all.leave({ conference: here.conference })
        focus(places.conferences, places.calls)
      }),
    endConference: ({ conference }) =>
      once('conference', async () => {
        await all.end({ conference })
        focus(places.conferences, places.calls)
      }),
    inviteTo: ({ conference }, address, done) =>
      once(`invite ${conference}`, async () => {
        await all.invite({ conference, to: [address] })
        done()
      }),
    toggleOwnSound: () => once('own sound', async () => media()?.mute(!media()?.muted.value)),
    toggleOwnCamera: () => once('own camera', async () => media()?.showCamera(media()?.camera.value === undefined)),
    toggleOwnScreen: () => once('own screen', async () => media()?.showScreen(media()?.screen.value === undefined)),
    toggleMember: ({ conference }, { member, muted }) =>
      once(`mute ${member}`, () => all.mute({ conference, member, muted: !muted })),
    removeMember: ({ conference }, { member }) => once(`drop ${member}`, () => all.drop({ conference, member })),
  }
}
