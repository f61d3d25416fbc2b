export { rulesByAxl } from './axl.ts'
export { cucmDialRules } from './dial-rules-cucm.ts'
export { readRules, type RulesFile, writeRules } from './rules-xml.ts'
