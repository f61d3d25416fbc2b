// Holds the contract against the last release: what is removed or narrowed is red unless the major rises. The release is the last
// tag; where there is none, as in a copy without history, the file that `--release` wrote of it, which is kept beside the contract.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { contractJson, type Json, type JsonObject } from './contract-json.ts'

/** What an application sends must still be taken; what it receives must still be there. */
type Direction = 'sent' | 'received'

/** Everything in `now` that an application written for `before` would stumble over. */
export function breaks(before: JsonObject, now: JsonObject): string[] {
  const found: string[] = []
  const say = (path: string, what: string): void => void found.push(`${path}: ${what}`)
  for (const list of ['services', 'errors', 'settings', 'scopes']) {
    for (const name of names(before[list])) {
      if (!Object.hasOwn(object(now[list]), name)) say(`${list}.${name}`, 'removed')
    }
  }
  both(before['services'], now['services'], (service, old, fresh) => {
    if (old['perSession'] !== fresh['perSession']) say(service, 'perSession is another')
    for (const [kind, parts] of [
      ['method', [object(old['methods']), object(fresh['methods'])]],
      ['change', [changes(old), changes(fresh)]],
    ] as const) {
      for (const name of names(parts[0])) {
        const isTrial = object(parts[0][name])['experimental'] === true
        if (!Object.hasOwn(parts[1], name) && !isTrial) say(`${service}.${name}`, `the ${kind} is removed`)
      }
    }
    both(old['methods'], fresh['methods'], (name, one, two) => {
      if (one['experimental'] === true) return
      const path = `${service}.${name}`
      if (one['scope'] !== two['scope']) say(path, `needs ${text(two['scope'])} instead of ${text(one['scope'])}`)
      compare(`${path}(…)`, one['params'], two['params'], 'sent', say)
      compare(`${path} →`, one['result'], two['result'], 'received', say)
    })
    const [watched, watchedNow] = [old['watched'], fresh['watched']].map(object) as [JsonObject, JsonObject]
    if (old['watched'] && !fresh['watched']) say(service, 'is watched no more')
    else if (watched['scope'] !== watchedNow['scope']) say(`${service}.watch`, `needs ${text(watchedNow['scope'])}`)
    compare(`${service}.get →`, watched['state'], watchedNow['state'], 'received', say)
    both(changes(old), changes(fresh), (name, one, two) =>
      compare(`${service} ${name} →`, one['payload'], two['payload'], 'received', say),
    )
  })
  both(before['settings'], now['settings'], (name, one, two) =>
    compare(name, one['schema'], two['schema'], 'sent', say),
  )
  const [hello, helloNow] = [before['hello'], now['hello']].map(object) as [JsonObject, JsonObject]
  compare('hello(…)', hello['params'], helloNow['params'], 'sent', say)
  compare('hello →', hello['result'], helloNow['result'], 'received', say)
  return found
}

type Say = (path: string, what: string) => void

function compare(path: string, one: Json | undefined, two: Json | undefined, way: Direction, say: Say): void {
  if (one === undefined || two === undefined) return
  const [old, fresh] = [object(one), object(two)]
  const [choices, choicesNow] = [alternatives(old), alternatives(fresh)]
  if (choices.length > 1 || choicesNow.length > 1) {
    if (way === 'received' && choices.length === 1) say(path, 'may now be of another form')
    for (const choice of choices) {
      if (!choicesNow.some((each) => fits(choice, each, way))) say(path, `no longer ${shown(choice)}`)
    }
    return
  }
  const [values, valuesNow] = [allowed(old), allowed(fresh)]
  if (way === 'sent' && valuesNow) {
    const gone = values ? values.filter((value) => !valuesNow.includes(value)) : ['any value']
    for (const value of gone) say(path, `no longer takes ${text(value)}`)
  }
  if (old['type'] !== fresh['type'] && fresh['type'] !== undefined) say(path, `${shown(old)} became ${shown(fresh)}`)
  if (way === 'sent') bounds(path, old, fresh, say)
  if (old['items'] && fresh['items']) compare(`${path}[]`, old['items'], fresh['items'], way, say)
  if (typeof old['additionalProperties'] === 'object') {
    compare(`${path}.*`, old['additionalProperties'], fresh['additionalProperties'], way, say)
  }
  const [required, requiredNow] = [list(old['required']), list(fresh['required'])]
  for (const name of names(old['properties'])) {
    if (!Object.hasOwn(object(fresh['properties']), name)) say(`${path}.${name}`, 'removed')
    else if (way === 'received' && required.includes(name) && !requiredNow.includes(name)) {
      say(`${path}.${name}`, 'may now be missing')
    }
  }
  if (way === 'sent') {
    for (const name of requiredNow) if (!required.includes(name)) say(`${path}.${text(name)}`, 'must now be given')
  }
  both(old['properties'], fresh['properties'], (name, a, b) => compare(`${path}.${name}`, a, b, way, say))
}

function bounds(path: string, old: JsonObject, fresh: JsonObject, say: Say): void {
  for (const [word, narrower] of limits) {
    const [a, b] = [old[word], fresh[word]]
    if (typeof b === 'number' && (typeof a !== 'number' || narrower(b, a))) say(path, `${word} is now ${b}`)
  }
  for (const word of ['pattern', 'format']) {
    if (fresh[word] !== undefined && fresh[word] !== old[word]) say(path, `${word} is now ${text(fresh[word])}`)
  }
}

const lower = (now: number, before: number): boolean => now < before
const higher = (now: number, before: number): boolean => now > before
const limits: readonly (readonly [string, (now: number, before: number) => boolean])[] = [
  ['maximum', lower],
  ['exclusiveMaximum', lower],
  ['maxLength', lower],
  ['maxItems', lower],
  ['minimum', higher],
  ['exclusiveMinimum', higher],
  ['minLength', higher],
  ['minItems', higher],
]

function fits(old: JsonObject, fresh: JsonObject, way: Direction): boolean {
  let isFitting = true
  compare('', old, fresh, way, () => {
    isFitting = false
  })
  return isFitting
}

function alternatives(schema: JsonObject): JsonObject[] {
  const either = schema['anyOf'] ?? schema['oneOf']
  return isList(either) ? either.map(object) : [schema]
}

function allowed({ enum: values, const: value }: JsonObject): readonly Json[] | undefined {
  if (value !== undefined) return [value]
  return isList(values) ? values : undefined
}

function changes(service: JsonObject): JsonObject {
  return object(object(service['watched'])['changes'])
}

function both(
  one: Json | undefined,
  two: Json | undefined,
  act: (name: string, a: JsonObject, b: JsonObject) => void,
): void {
  const other = object(two)
  for (const [name, value] of Object.entries(object(one))) {
    if (Object.hasOwn(other, name)) act(name, object(value), object(other[name]))
  }
}

function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {}
}

function list(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : []
}

/** Array.isArray makes any of what may be read only. */
function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function names(value: Json | undefined): string[] {
  return Object.keys(object(value))
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function shown(schema: JsonObject): string {
  const kind = object(object(schema['properties'])['kind'])['const']
  return text(kind ?? schema['const'] ?? schema['enum'] ?? schema['type'] ?? 'anything')
}

/** Whether `now` may break with `before`: its major is higher. */
export function mayBreak(before: string, now: string): boolean {
  return Number.parseInt(now, 10) > Number.parseInt(before, 10)
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      encoding: 'utf8',
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch {
    return undefined
  }
}

export interface Released {
  /** The tag, or the file's name. */
  readonly name: string
  readonly contract: JsonObject
}

/** The contract of the last release. `tagged`: what git has of it. */
export function released(tagged: Released | undefined = ofLastTag()): Released {
  return tagged ?? { name: baseline, contract: JSON.parse(readFileSync(join(root, baseline), 'utf8')) as JsonObject }
}

function ofLastTag(): Released | undefined {
  const tag = git('describe', '--tags', '--abbrev=0')?.trim()
  const contract = tag === undefined ? undefined : git('show', `${tag}:packages/contract/contract.json`)
  return tag === undefined || contract === undefined
    ? undefined
    : { name: tag, contract: JSON.parse(contract) as JsonObject }
}

/** What the check reads of a contract: its prose may change at will. */
function withoutProse(value: Json): Json {
  if (isList(value)) return value.map(withoutProse)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name, each]) => typeof each !== 'string' || !prose.includes(name))
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutProse(each)]))
}

const root = join(import.meta.dirname, '..')
const baseline = 'packages/contract/released.json'
const prose: readonly string[] = ['doc', 'description', 'sentence', 'next']

if (import.meta.main) {
  const { values } = parseArgs({ options: { release: { type: 'boolean' } } })
  const now = contractJson()
  if (values.release) writeFileSync(join(root, baseline), `${JSON.stringify(withoutProse(now))}\n`)
  else {
    const { name, contract: before } = released()
    const found = breaks(before, now)
    const isAllowed = mayBreak(text(before['contract'] ?? '0'), text(now['contract'] ?? '0'))
    for (const each of found) console.error(each)
    console.log(`compatible: ${found.length} breaks with ${name}${isAllowed ? ', allowed by the new major' : ''}`)
    process.exitCode = found.length === 0 || isAllowed ? 0 : 1
  }
}
