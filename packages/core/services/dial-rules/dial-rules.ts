// Dial rules in force: looked at again and again, exchanged as a whole, and never lost to a bad source.
import {
  type ChangeOf,
  type ErrorValue,
  errorValue,
  type RuleDirection,
  type Settings,
  type StateOf,
  type services,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import { check } from './check.ts'
import type { DialRulesPort } from './port.ts'
import { asRulesSee, explain, type Rules, rules } from './rules.ts'

type DialRules = (typeof services)['dialRules']
type RuleSet = StateOf<DialRules>['application']

export interface DialRulesService extends ServiceBody<DialRules> {
  readonly state: Broadcast<StateOf<DialRules>, ChangeOf<DialRules>>
  /** What is dialled for a number. */
  toDial(number: string): string
  /** What is looked up for a number. */
  toLookUp(number: string): string
  /** Looks at the source now, and from now on every so often. */
  look(): Promise<void>
  close(): void
}

export interface DialRulesNeeds {
  readonly settings: () => Pick<Settings, 'dialRules.everyMs'>
  /** How it stands with the source, and in how many milliseconds it is looked at again, if at all. */
  readonly told: (state: StateOf<DialRules>, nextLookMs: number | undefined) => void
}

const directions: readonly RuleDirection[] = ['application', 'directory']

export function dialRules(world: World, epoch: string, port: DialRulesPort, needs: DialRulesNeeds): DialRulesService {
  const inForce: Record<RuleDirection, Rules> = { application: rules([]), directory: rules([]) }
  const sets: Record<RuleDirection, RuleSet> = { application: { count: 0 }, directory: { count: 0 } }
  const state = broadcast<StateOf<DialRules>, ChangeOf<DialRules>>(epoch, () => ({ ...sets }))
  let looking: Promise<void> | undefined
  let next: (() => void) | undefined
  let closed = false

  const show = (direction: RuleDirection, now: RuleSet): void => {
    const before = sets[direction]
    sets[direction] = now
    // That it was looked at is no news.
    if (JSON.stringify({ ...before, checkedAt: 0 }) === JSON.stringify({ ...now, checkedAt: 0 })) return
    state.publish({ type: 'rules', direction, now })
  }
  /** Whether there is a source to look at again. */
  const read = async (direction: RuleDirection): Promise<boolean> => {
    const answer = await port.read(direction)
    if (closed) return false
    const checkedAt = world.wall()
    const { error: _, ...last } = sets[direction]
    switch (answer.is) {
      case 'unchanged':
        show(direction, { ...last, checkedAt })
        break
      case 'none':
        // A source that had rules and has none is a source that is broken: who wants none publishes an empty set.
        if (last.from !== undefined)
          show(direction, { ...last, checkedAt, error: errorValue('dial-rules-gone', last.from) })
        else show(direction, { count: 0, checkedAt })
        break
      case 'off':
        inForce[direction] = rules([])
        show(direction, { count: 0 })
        break
      case 'failed':
        show(direction, { ...last, checkedAt, error: answer.error })
        break
      case 'rules':
        inForce[direction] = rules(answer.rules)
        show(direction, { count: answer.rules.length, from: answer.from, since: checkedAt, checkedAt })
    }
    return answer.is !== 'off'
  }
  const look = (): Promise<void> => {
    looking ??= (async () => {
      next?.()
      const sources = await Promise.all(directions.map(read))
      looking = undefined
      if (closed) return
      const again = sources.some((is) => is) ? needs.settings()['dialRules.everyMs'] : undefined
      if (again !== undefined) next = world.clock.at(world.clock.now() + again, () => void look())
      needs.told({ ...sets }, again)
    })()
    return looking
  }
  return {
    state,
    toDial: (number) => inForce.application.apply(asRulesSee(number)),
    toLookUp: (number) => inForce.directory.apply(asRulesSee(number)),
    look,
    close: () => {
      closed = true
      next?.()
      state.close()
    },
    handlers: {
      explain: ({ number, direction }) => {
        const seen = asRulesSee(number)
        const set = inForce[direction]
        return {
          result: set.apply(seen),
          direction,
          rules: explain(set, seen).map((each) => ({ ...each, rule: { ...each.rule } })),
        }
      },
      check: ({ direction }) => ({
        findings: check(inForce[direction].list).map((each) => ({ ...each, rule: { ...each.rule } })),
      }),
      reload: async () => {
        await look()
        return {}
      },
    },
  }
}

/** The first error of either direction. */
export function troubleOf({ application, directory }: StateOf<DialRules>): ErrorValue | undefined {
  return application.error ?? directory.error
}
