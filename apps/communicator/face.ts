// What the page shows of what it knows: which view, which call is large, what was typed, what went wrong.
import type { Call, ParleyError } from '@openparley/sdk/browser'
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Model } from './model.ts'

export type View = 'calls' | 'dial' | 'people' | 'chat' | 'lines' | 'history' | 'services' | 'conferences'
/** One column with tabs; calls beside tabs; three columns. */
export type Width = 'narrow' | 'medium' | 'wide'

/** What is open below the acts of the large call. */
export type Panel = 'none' | 'digits' | 'transfer' | 'conference'

/** What is said of the next call that is dialled, and of no other. Empty texts say nothing. */
export interface DialOptions {
  readonly account: string
  readonly matter: string
  /** namespace.level */
  readonly precedence: string
  /** As the setting has it unless said. */
  readonly anonymous: boolean | undefined
}
export const noOptions: DialOptions = { account: '', matter: '', precedence: '', anonymous: undefined }

/** A call is on hold while somebody is asked by another whether they take it. */
export interface Consulting {
  readonly held: Call
  readonly asked: Call
}

/** An act that failed; shown until it is dismissed or the next act of that kind succeeds. */
export interface Problem {
  readonly id: number
  readonly error: ParleyError
}

export interface Face {
  readonly width: ReadonlySignal<Width>
  readonly view: Signal<View>
  readonly number: Signal<string>
  readonly options: Signal<DialOptions>
  readonly optionsOpen: Signal<boolean>
  /** Calls that ring and wait for an answer from here. */
  readonly ringing: ReadonlySignal<readonly Call[]>
  /** The call that is shown large. */
  readonly large: ReadonlySignal<Call | undefined>
  /** All calls of the large call's conference, two at least; empty where it is in none. */
  readonly conference: ReadonlySignal<readonly Call[]>
  /** Where the large call is the one that is asked. */
  readonly consulting: ReadonlySignal<Consulting | undefined>
  /** The rest. */
  readonly others: ReadonlySignal<readonly Call[]>
  readonly problems: Signal<readonly Problem[]>
  readonly panel: Signal<Panel>
  /** Calls of which the person was reminded, and that are on hold still. */
  readonly reminded: ReadonlySignal<ReadonlySet<string>>
  /** Calls after which the person is told when the other side can be called. */
  readonly awaited: Signal<ReadonlySet<string>>
  readonly help: Signal<boolean>
  readonly soundOpen: Signal<boolean>
  readonly settingsOpen: Signal<boolean>
  readonly forwardOpen: Signal<boolean>
  readonly presenceOpen: Signal<boolean>
  /** When the history was last looked at, wall milliseconds: what was missed since is told. */
  readonly lookedAt: Signal<number>
  choose(call: string): void
  dismiss(call: string): void
  /** The one is on hold while the other is asked. */
  consult(held: string, asked: string): void
  /** Opens it, or closes it where it is open. */
  toggle(panel: Panel): void
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
  const panel = signal<Panel>('none')
  const pair = signal<{ readonly held: string; readonly asked: string } | undefined>(undefined)
  /** By call, since when it was on hold then: a call that is held again is held anew. */
  const reminders = signal<ReadonlyMap<string, string | undefined>>(new Map())
  const unfollow = model.reminder.subscribe((one) => {
    const held = model.calls.peek().find(({ id }) => id === one?.call)
    if (held) reminders.value = new Map(reminders.peek()).set(held.id, held.heldSince)
  })
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
  const conference = computed(() => {
    const name = large.value?.conference
    const members = name === undefined ? [] : model.calls.value.filter((call) => call.conference === name)
    // They come and go one after the other, and one alone is no conference.
    return members.length > 1 ? members : []
  })
  const up = (id: string | undefined): Call | undefined =>
    model.calls.value.find((call) => call.id === id && call.state !== 'ended')
  const consulting = computed(() => {
    const [held, asked] = [up(pair.value?.held), up(pair.value?.asked)]
    return held && asked && asked === large.value && held.conference === undefined ? { held, asked } : undefined
  })
  return {
    width,
    view,
    number: signal(''),
    options: signal(noOptions),
    optionsOpen: signal(false),
    ringing,
    large,
    conference,
    consulting,
    reminded: computed(() => {
      const isReminded = ({ id, heldSince }: Call): boolean =>
        heldSince !== undefined && reminders.value.get(id) === heldSince
      return new Set(model.calls.value.filter(isReminded).map(({ id }) => id))
    }),
    awaited: signal<ReadonlySet<string>>(new Set()),
    others: computed(() =>
      shown.value.filter(
        (call) =>
          call !== large.value &&
          !conference.value.includes(call) &&
          !ringing.value.includes(call) &&
          (call.state !== 'ended' || !!call.end?.error),
      ),
    ),
    problems: signal([]),
    panel,
    help: signal(false),
    soundOpen: signal(false),
    settingsOpen: signal(false),
    forwardOpen: signal(false),
    presenceOpen: signal(false),
    lookedAt: signal(Date.now()),
    choose: (call) => {
      if (chosen.value !== call) panel.value = 'none'
      chosen.value = call
    },
    dismiss: (call) => {
      dismissed.value = new Set([...dismissed.value, call])
    },
    consult: (held, asked) => {
      pair.value = { held, asked }
    },
    toggle: (which) => {
      panel.value = panel.value === which ? 'none' : which
    },
    isOurs,
    go: (to) => {
      view.value = to
    },
    close: () => {
      unfollow()
      for (const query of [wide, medium]) query.removeEventListener('change', resized)
    },
  }
}

function rings({ state, direction }: Call): boolean {
  return state === 'alerting' && direction === 'incoming'
}
