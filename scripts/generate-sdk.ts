// The little of the contract that the SDK carries at run time: names and sentences, as TypeScript.
import { contractVersion, errors, type Method, requirements, type Service, services } from '@openparley/contract'
import type { JsonObject } from './contract-json.ts'
import { contractJson, schema } from './contract-json.ts'

const head = '// Generated from packages/contract by scripts/generate.ts; not written by hand.\n'

export function namesTable(): string {
  const rows = Object.entries(services as Record<string, Service>).map(([name, { perSession, watched, methods }]) => {
    const repeatable = Object.entries(methods)
      .filter(([, method]) => takesRequestId(method))
      .map(([method]) => method)
    return [
      `  ${name}: {`,
      `    perSession: ${perSession},`,
      `    watched: ${watched !== undefined},`,
      `    methods: ${list(Object.keys(methods))},`,
      '    /** These take a `requestId`. */',
      `    repeatable: ${list(repeatable)},`,
      '  },',
    ].join('\n')
  })
  return `${head}
/** The version of the contract that this SDK speaks. */
export const contractVersion = ${quoted(contractVersion)}

interface Names {
  readonly perSession: boolean
  readonly watched: boolean
  readonly methods: readonly string[]
  readonly repeatable: readonly string[]
}

export const names: Readonly<Record<${Object.keys(services).map(quoted).join(' | ')}, Names>> = {
${rows.join('\n')}
}
`
}

export function errorTable(): string {
  const rows = Object.entries(errors).map(([code, { sentence, next, retryable, origin }]) =>
    [
      `  ${/^\w+$/.test(code) ? code : quoted(code)}: {`,
      `    sentence: ${quoted(sentence)},`,
      `    next: ${quoted(next)},`,
      `    retryable: ${retryable},`,
      `    origin: ${quoted(origin)},`,
      '  },',
    ].join('\n'),
  )
  return `${head}import type { ErrorCode, ErrorEntry } from '@openparley/contract'

export const errorTable: Readonly<Record<ErrorCode, ErrorEntry>> = {
${rows.join('\n')}
}
`
}

/** For consoles, which explain settings without loading the schema library. */
export function settingsTable(): string {
  const rows = Object.entries(contractJson()['settings'] as JsonObject).map(
    ([name, setting]) => `  ${quoted(name)}: ${JSON.stringify(setting)},`,
  )
  return `${head}
/** A setting as data; its schema is JSON Schema. */
export interface SettingEntry {
  readonly doc: string
  readonly since: string
  readonly applies: string
  readonly secret?: true
  readonly ofPerson?: true
  readonly default?: unknown
  readonly schema: object
}

export const settingsSchema: Readonly<Record<string, SettingEntry>> = {
${rows.join('\n')}
}
`
}

/** For consoles and commands that print what a deployment must bring. */
export function requirementsTable(): string {
  return `${head}import type { Requirement } from '@openparley/contract'

export const requirements: readonly Requirement[] = [
${requirements.map((each) => `  ${JSON.stringify(each)},`).join('\n')}
]
`
}

export function takesRequestId({ params }: Method): boolean {
  const properties = schema(params, 'input')['properties'] as JsonObject | undefined
  return properties !== undefined && Object.hasOwn(properties, 'requestId')
}

function list(words: readonly string[]): string {
  return `[${words.map(quoted).join(', ')}]`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
