export { check, type Finding } from './check.ts'
export { type DialRulesService, dialRules, troubleOf } from './dial-rules.ts'
export { asRulesSee, type Explained, explain, type Rules, rules } from './rules.ts'
