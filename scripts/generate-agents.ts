// The forms of the tools of packages/mcp, from the contract: what each takes, which scope it needs, and which texts of its answer are the core's own.
import { tools } from '../packages/mcp/tools.ts'
import { contractJson, type Json, type JsonObject } from './contract-json.ts'

interface Described {
  readonly doc: string
  readonly scope: string
  readonly params: JsonObject
  readonly result: JsonObject
}

export function formsTable(): string {
  const contract = contractJson()['services'] as JsonObject
  const rows = tools.map((tool) => {
    const { doc, scope, params, result } = describe(contract, tool.method)
    const known = (params['properties'] ?? {}) as JsonObject
    const taken = tool.takes.map((name): [string, Json] => {
      const schema = known[name] as JsonObject | undefined
      if (!schema) throw new Error(`${tool.name}: ${tool.method} takes no ${name}`)
      return [name, narrowed(schema, tool.most?.[name])]
    })
    const also = (tool.also ?? {}) as JsonObject
    const required = [
      ...((params['required'] ?? []) as string[]).filter((name) => tool.takes.includes(name)),
      ...Object.keys(also).filter((name) => !Object.hasOwn(also[name] as object, 'default')),
    ]
    const input = {
      type: 'object',
      properties: { ...Object.fromEntries(taken), ...also },
      required,
      additionalProperties: false,
    }
    const own = [...new Set(ownTexts(result, ''))].toSorted()
    return `  ${tool.name}: ${JSON.stringify({ says: tool.says ?? doc, scope, input, own })},`
  })
  return `// Generated from packages/contract and packages/mcp/tools.ts by scripts/generate.ts; not written by hand.

export interface Form {
  readonly says: string
  /** Whoever lacks it does not see the tool. */
  readonly scope: string
  /** JSON Schema. */
  readonly input: { readonly type: 'object'; readonly [word: string]: unknown }
  /** Where the answer holds texts of the core alone; every other text may be somebody else’s. */
  readonly own: readonly string[]
}

export const forms: Readonly<Record<string, Form>> = {
${rows.join('\n')}
}
`
}

function describe(contract: JsonObject, method: string): Described {
  const [service = '', word = ''] = method.split('.')
  const { watched, methods } = contract[service] as unknown as {
    watched?: { scope: string; state: JsonObject }
    methods: Record<string, Described>
  }
  // What acts.ts answers of a call has the names of the state's.
  if (word === 'get' && watched)
    return {
      doc: '',
      scope: watched.scope,
      params: {},
      result: { properties: { ...(watched.state['properties'] as object), ...one(watched.state) } },
    }
  const found = methods[word]
  if (!found) throw new Error(`there is no method ${method}`)
  return found
}

function one(state: JsonObject): JsonObject {
  const calls = (state['properties'] as JsonObject | undefined)?.['calls'] as JsonObject | undefined
  return calls ? { call: calls['items'] as Json } : {}
}

function narrowed(schema: JsonObject, most: number | undefined): JsonObject {
  if (most === undefined) return schema
  const word = { string: 'maxLength', array: 'maxItems' }[schema['type'] as string] ?? 'maximum'
  const { default: usual } = schema
  return { ...schema, [word]: most, ...(typeof usual === 'number' ? { default: Math.min(usual, most) } : {}) }
}

/** Paths of texts that can be nothing but words, times and ids of the core. */
function ownTexts(schema: JsonObject, path: string): string[] {
  const { properties, items, anyOf, oneOf } = schema as Record<string, JsonObject & JsonObject[]>
  const below = [...(Array.isArray(anyOf) ? anyOf : []), ...(Array.isArray(oneOf) ? oneOf : [])].flatMap((each) =>
    ownTexts(each, path),
  )
  for (const [name, each] of Object.entries(properties ?? {}))
    below.push(...ownTexts(each as JsonObject, path === '' ? name : `${path}.${name}`))
  if (items) below.push(...ownTexts(items, `${path}[]`))
  return isOwn(schema, path) ? [path, ...below] : below
}

function isOwn(schema: JsonObject, path: string): boolean {
  if (Array.isArray(schema['enum']) || typeof schema['const'] === 'string') return true
  if (schema['type'] !== 'string') return false
  const { pattern, format } = schema
  if (format === 'date-time' || (typeof pattern === 'string' && /^\^[a-z]+_\[/.test(pattern))) return true
  // Sentences of contract/errors.ts, and the cursor of a page.
  return /(^|\.)error\.(sentence|next)$/.test(path) || path === 'next'
}
