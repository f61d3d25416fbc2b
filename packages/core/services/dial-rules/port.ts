// What dial rules need of the world: their source.
import type { DialRule, ErrorValue, RuleDirection } from '@openparley/contract'

export type RulesRead =
  | {
      readonly is: 'rules'
      readonly rules: readonly DialRule[]
      readonly from: string
      readonly ignored: readonly string[]
    }
  /** As at the last reading. */
  | { readonly is: 'unchanged' }
  /** There is no file of rules, or no more. */
  | { readonly is: 'none' }
  /** No setting names a source. */
  | { readonly is: 'off' }
  | { readonly is: 'failed'; readonly error: ErrorValue }

export interface DialRulesPort {
  /** By the settings in force; ends within 30 s, and never rejects. */
  read(direction: RuleDirection): Promise<RulesRead>
}
