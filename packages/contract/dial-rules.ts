// Dial rules: what is made of a number before it is dialled, and before its owner is looked up.
import { z } from 'zod'
import { ErrorValue, Time } from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const DialRule = z
  .object({
    /** The number must begin so; empty: however it begins. */
    beginsWith: z.string().max(100),
    /** The whole number, a + counted, must have so many characters; 0: however many. */
    numDigits: z.number().int().min(0),
    /** So many characters are taken off the front. */
    digitsToRemove: z.number().int().min(0),
    /** And this is put there. */
    prefixWith: z.string().max(100),
  })
  .describe(
    'If a number is so, make another of it. Rules are tried in order; the first that fits is applied, and no other.',
  )
export type DialRule = z.output<typeof DialRule>

const Direction = z
  .enum(['application', 'directory'])
  .describe('application: before dialling. directory: before a caller is looked up.')
export type RuleDirection = z.output<typeof Direction>

const RuleSet = z
  .object({
    /** How many rules are in force; 0: numbers stay as they are. */
    count: z.number().int(),
    /** Where they are from; absent where there never were any. */
    from: z.string().optional(),
    /** Since when these are in force. */
    since: Time.optional(),
    /** When the source was looked at last. */
    checkedAt: Time.optional(),
    /** Why the source’s present rules are not in force: the last good ones are. */
    error: ErrorValue.optional(),
  })
  .describe('The rules of one direction.')

export const dialRules = service({
  doc: 'Dial rules: from the call manager’s files or database, watched, and exchanged as a whole without touching calls.',
  perSession: true,
  watched: {
    scope: 'config.read',
    state: z.object({ application: RuleSet, directory: RuleSet }),
    changes: {
      rules: change({
        doc: 'Other rules are in force, or the source is in another state.',
        since: '0.1',
        payload: z.object({ direction: Direction, now: RuleSet }),
      }),
    },
  },
  methods: {
    explain: method({
      doc: 'What becomes of a number and why, by the very rules that dial: the rule that fits and up to 99 that came near before it.',
      since: '0.1',
      scope: 'config.read',
      params: z.object({ number: z.string().min(1).max(128), direction: Direction.default('application') }),
      result: z.object({
        result: z.string(),
        direction: Direction,
        rules: z.array(z.object({ rule: DialRule, matched: z.boolean(), why: z.string() })),
      }),
      errors: [],
      example: { number: '+13035551234' },
    }),
    check: method({
      doc: 'Rules that can never be applied, or that say nothing.',
      since: '0.1',
      scope: 'config.read',
      params: z.object({ direction: Direction.default('application') }),
      result: z.object({
        findings: z.array(
          z.object({
            is: z.enum(['duplicate', 'shadowed', 'impossible']),
            /** Which rule, counted from 1. */
            at: z.number().int(),
            rule: DialRule,
            why: z.string(),
          }),
        ),
      }),
      errors: [],
      example: {},
    }),
    reload: method({
      doc: 'Look at the source now.',
      since: '0.1',
      scope: 'config.read',
      params: z.object({}),
      result: z.object({}),
      errors: [],
      example: {},
    }),
  },
})
