// What the page shows of what it knows: which view, which call is large, what was typed, what went wrong.
import type { Call, ParleyError } from '@openparley/sdk/browser'
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Model } from './model.ts'

export type View = 'calls' | 'dial' | 'history' | 'services'
/** One column with tabs; calls beside tabs; three columns. */
export type Width = 'narrow' | 'medium' | 'wide'

/** An act that failed; shown until it is dismissed or the next act of that kind succeeds. */
export interface Problem {
  readonly id: number
  readonly error: ParleyError
}

export interface Face {
  readonly width: ReadonlySignal<Width>
  readonly view: Signal<View>
  readonly number: Signal<string>
  readonly lastNumber: Signal<string>
  /** Calls that ring and wait for an answer from here. */
  readonly ringing: ReadonlySignal<readonly Call[]>
  /** The call that is shown large. */
  readonly large: ReadonlySignal<Call | undefined>
  /** The rest. */
  readonly others: ReadonlySignal<readonly Call[]>
  readonly problems: Signal<readonly Problem[]>
  /** Whether the large call's digits are open. */
  readonly digitsOpen: Signal<boolean>
  readonly help: Signal<boolean>
  readonly soundOpen: Signal<boolean>
  readonly settingsOpen: Signal<boolean>
  /** When the history was last looked at, wall milliseconds: what was missed since is told. */
  readonly lookedAt: Signal<number>
  choose(call: string): void
  dismiss(call: string): void
  /** Whether a call is this page's to act on. */
  isOurs(call: Call): boolean
  go(view: View): void
  close(): void
}

export function openFace(model: Model): Face {
  const wide = matchMedia('(min-width: 70rem)')
  const medium = matchMedia('(min-width: 45rem)')
  const widthNow = (): Width => (wide.matches ? 'wide' : medium.matches ? 'medium' : 'narrow')
  const width = signal(widthNow())
  const resized = (): void => {
    width.value = widthNow()
  }
  for (const query of [wide, medium]) query.addEventListener('change', resized)

  const view = signal<View>('dial')
  const chosen = signal<string | undefined>(undefined)
  const dismissed = signal<ReadonlySet<string>>(new Set())
  const digitsOpen = signal(false)
  const isOurs = ({ handler }: Call): boolean => handler === undefined || handler === model.core.application
  const ringing = computed(() => model.calls.value.filter((call) => rings(call) && isOurs(call)))
  const shown = computed(() => model.calls.value.filter(({ id }) => !dismissed.value.has(id)))
  const large = computed(() => {
    const here = shown.value.filter((call) => !ringing.value.includes(call))
    const live = here.filter(({ state }) => state !== 'ended')
    const isChosen = ({ id }: Call): boolean => id === chosen.value
    return (
      live.find(isChosen) ?? live.findLast(isOurs) ?? live.at(-1) ?? here.find(isChosen) ?? here.filter(isOurs).at(-1)
    )
  })
  return {
    width,
    view,
    number: signal(''),
    lastNumber: signal(''),
    ringing,
    large,
    others: computed(() =>
      shown.value.filter(
        (call) =>
          call !== large.value && !ringing.value.includes(call) && (call.state !== 'ended' || !!call.end?.error),
      ),
    ),
    problems: signal([]),
    digitsOpen,
    help: signal(false),
    soundOpen: signal(false),
    settingsOpen: signal(false),
    lookedAt: signal(Date.now()),
    choose: (call) => {
      if (chosen.value !== call) digitsOpen.value = false
      chosen.value = call
    },
    dismiss: (call) => {
      dismissed.value = new Set([...dismissed.value, call])
    },
    isOurs,
    go: (to) => {
      view.value = to
    },
    close: () => {
      for (const query of [wide, medium]) query.removeEventListener('change', resized)
    },
  }
}

function rings({ state, direction }: Call): boolean {
  return state === 'alerting' && direction === 'incoming'
}
