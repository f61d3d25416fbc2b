// What is set in passing: whether calls ring here, and where they are sent on to.
import type { Acting } from './acting.ts'
import { focus, places } from './focus.ts'
import { readNumber } from './numbers.ts'

export interface Forwards {
  /** Who does it. */
  readonly at: 'phone' | 'server'
  readonly always: string
  readonly busy: string
  readonly noAnswer: string
  readonly afterS: number
}

export interface SettingActs {
  toggleDoNotDisturb(): void
  /** Empty texts: not at all. */
  forward(where: Forwards): void
  stopForwarding(): void
}

export function openSettingActs({ session: { config }, model, face, once }: Acting): SettingActs {
  /** Only what is otherwise now is said: the rest stays as whoever set it has it. */
  const set = async (name: string, value: unknown): Promise<void> => {
    const now = model.config.value.settings[name]
    if (now?.value === value || (value === '' && now === undefined)) return
    if (value === '') await config.unset({ name })
    else await config.set({ name, value })
  }
  return {
    toggleDoNotDisturb: () => {
      const isOn = model.config.value.settings['calls.doNotDisturb']?.value === true
      once('do not disturb', () => set('calls.doNotDisturb', !isOn))
    },
    forward: ({ at, always, busy, noAnswer, afterS }) =>
      once('forward', async () => {
        await set('calls.forward.at', at)
        await set('calls.forward.always', readNumber(always))
        await set('calls.forward.busy', readNumber(busy))
        await set('calls.forward.noAnswer', readNumber(noAnswer))
        await set('calls.forward.noAnswerMs', Math.round(afterS * 1000))
        face.forwardOpen.value = false
      }),
    stopForwarding: () =>
      once('forward', async () => {
        await config.unset({ name: 'calls.forward.always' })
        focus(places.calls)
      }),
  }
}
