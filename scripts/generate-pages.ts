// The reference as Markdown: a page a service, and one each for errors, settings and scopes.
import {
  commonErrors,
  contractVersion,
  type ErrorCode,
  errors,
  type Method,
  requirements,
  type Service,
  type Setting,
  scopes,
  services,
  settings,
} from '@openparley/contract'
import { type JsonObject, schema } from './contract-json.ts'

const mark = '<!-- Generated from packages/contract by scripts/generate.ts; not written by hand. -->'
const all = services as Record<string, Service>

export function indexPage(): string {
  return page(`Reference of contract ${contractVersion}`, [
    'What an application may ask of the core, and what the core tells. [errors](errors.md), [settings](settings.md), [scopes](scopes.md) and what each feature [needs](requirements.md) have pages of their own.',
    table(
      ['service', 'what it is', 'methods'],
      Object.entries(all).map(([name, { doc, methods, watched }]) => [
        `[${name}](${name}.md)`,
        doc,
        [...(watched ? ['get', 'watch'] : []), ...Object.keys(methods)].map(code).join(' '),
      ]),
    ),
  ])
}

export function servicePage(name: string): string {
  const { doc, perSession, watched, methods } = all[name] as Service
  const shown = new Set<string>()
  const parts = [doc, perSession ? 'Belongs to a session: each request names one.' : 'Belongs to the core as a whole.']
  if (watched) {
    parts.push(
      '## State',
      `\`${name}.get\` reads it, \`${name}.watch\` gives it and then every change. Scope: \`${watched.scope}\`.`,
      fields(schema(watched.state, 'output'), shown),
      '## Changes',
    )
    for (const [change, { doc, since, payload }] of Object.entries(watched.changes)) {
      parts.push(`### ${change}`, `${doc} Since ${since}.`, fields(schema(payload, 'output'), shown))
    }
  }
  const entries = Object.entries(methods)
  if (entries.length > 0) parts.push('## Methods')
  for (const [word, method] of entries) parts.push(...methodParts(name, word, method, shown))
  return page(name, parts)
}

function methodParts(service: string, word: string, method: Method, shown: Set<string>): string[] {
  const { doc, since, scope, params, result, errors: own, example, experimental } = method
  return [
    `### ${service}.${word}`,
    `${experimental ? 'Experimental: may change. ' : ''}${doc} Scope: \`${scope}\`. Since ${since}.`,
    'Parameters:',
    fields(schema(params, 'input'), shown),
    'Result:',
    fields(schema(result, 'output'), shown),
    own.length === 0
      ? 'Errors: only the [common ones](errors.md#common).'
      : `Errors: ${own.map((each) => `[\`${each}\`](errors.md#${each})`).join(', ')}, and the [common ones](errors.md#common).`,
    `\`\`\`json\n${JSON.stringify({ jsonrpc: '2.0', id: 1, method: `${service}.${word}`, params: example })}\n\`\`\``,
  ]
}

export function errorsPage(): string {
  const parts = [
    'The closed list. A code, once published, keeps its meaning.',
    '## Common',
    `Any method may answer these: ${commonErrors.map((each) => `[\`${each}\`](#${each})`).join(', ')}.`,
    '## All',
  ]
  for (const [name, { sentence, next, retryable, origin }] of Object.entries(errors)) {
    const from = methodsThatAnswer(name as ErrorCode)
    parts.push(
      `### ${name}`,
      `${sentence} ${next}`,
      [
        `Mended by: ${origin}.`,
        retryable ? 'May go away by itself.' : '',
        from.length === 0 ? '' : `From ${from.join(', ')}.`,
      ]
        .filter((each) => each !== '')
        .join(' '),
    )
  }
  return page('Errors', parts)
}

function methodsThatAnswer(wanted: ErrorCode): string[] {
  return Object.entries(all).flatMap(([service, { methods }]) =>
    Object.entries(methods)
      .filter(([, method]) => method.errors.includes(wanted))
      .map(([word]) => code(`${service}.${word}`)),
  )
}

export function settingsPage(): string {
  const parts = ['Settings of a session, given to `session.open` or changed with `config.set`.']
  for (const [name, setting] of Object.entries(settings as Record<string, Setting>)) {
    const { doc, since, secret, applies } = setting
    parts.push(
      `## ${name}`,
      doc,
      [
        `Takes ${typeOf(schema(setting.schema, 'input'))}.`,
        setting.default === undefined ? '' : `Default: \`${JSON.stringify(setting.default)}\`.`,
        `Takes effect: ${applies}.`,
        secret ? 'Secret: never shown.' : '',
        `Since ${since}.`,
      ]
        .filter((each) => each !== '')
        .join(' '),
    )
  }
  return page('Settings', parts)
}

export function scopesPage(): string {
  const rows = Object.entries(scopes).map(([scope, doc]) => [code(scope), doc, whatNeeds(scope).map(code).join(' ')])
  return page('Scopes', [
    'What an application may be allowed to do. A token carries some of them; the Unix socket, which is the user’s own, carries all.',
    table(['scope', 'allows', 'needed by'], rows),
  ])
}

export function requirementsPage(): string {
  return page('Requirements', [
    'What each feature needs on the server, and which settings. `parley requirements` prints it, with what of it was found.',
    table(
      ['feature', 'device type', 'right', 'licence units', 'settings (one of these lists)', 'applications'],
      requirements.map(({ feature, device, right, licence, settings: lists, later, applications }) => [
        later ? `${feature} (not there yet)` : feature,
        device,
        right,
        licence,
        lists.map((names) => names.map(code).join(' ')).join('; or '),
        applications.join(', '),
      ]),
    ),
  ])
}

function whatNeeds(scope: string): string[] {
  return Object.entries(all).flatMap(([service, { methods, watched }]) => [
    ...(watched?.scope === scope ? [`${service}.get`, `${service}.watch`] : []),
    ...Object.entries(methods)
      .filter(([, method]) => method.scope === scope)
      .map(([word]) => `${service}.${word}`),
  ])
}

/** The properties of an object, those of objects in it below them by a dotted name; what is in `shown` is not told again. */
function fields(of: JsonObject, shown: Set<string>): string {
  const rows = rowsOf(of, '', shown)
  return rows.length === 0 ? '*nothing*' : table(['name', 'type', 'what it is'], rows)
}

function rowsOf(of: JsonObject, before: string, shown: Set<string>): string[][] {
  const required = (of['required'] ?? []) as readonly string[]
  const properties = Object.entries((of['properties'] ?? {}) as Record<string, JsonObject>)
  // The kind is in the name of its form already.
  const told = kindOf(of) === undefined ? properties : properties.filter(([name]) => name !== 'kind')
  return told.flatMap(([name, each]) => {
    const path = `${before}${name}`
    const about = [
      each['description'] ?? '',
      each['default'] === undefined ? '' : `Default: \`${JSON.stringify(each['default'])}\`.`,
    ]
    const inner = (each['type'] === 'array' ? (each['items'] as JsonObject) : each) ?? {}
    const known = inner['properties'] || forms(inner).length > 0 ? JSON.stringify(inner) : ''
    const isShown = shown.has(known)
    if (known !== '') shown.add(known)
    return [
      [
        code(path) + (required.includes(name) ? '' : ' (optional)'),
        isShown ? `${typeOf(each)}, as above` : typeOf(each),
        about.filter((text) => text !== '').join(' '),
      ],
      ...(isShown ? [] : forms(inner).flatMap((form) => rowsOf(form, `${path} (${kindOf(form) ?? 'object'}).`, shown))),
      ...(isShown ? [] : rowsOf(inner, `${path}${each['type'] === 'array' ? '[]' : ''}.`, shown)),
    ]
  })
}

/** The forms that something may have, each with its own properties. */
function forms(of: JsonObject): readonly JsonObject[] {
  return ((of['oneOf'] ?? of['anyOf'] ?? []) as readonly JsonObject[]).filter((form) => form['properties'])
}

function typeOf(of: JsonObject): string {
  const { type, const: constant } = of
  const choices = of['enum'] as readonly string[] | undefined
  const either = (of['anyOf'] ?? of['oneOf']) as readonly JsonObject[] | undefined
  if (constant !== undefined) return code(JSON.stringify(constant))
  // The full list has its own page.
  if (choices && choices.length > 20) return 'a code of [errors](errors.md)'
  if (choices) return choices.map((each) => code(JSON.stringify(each))).join(' or ')
  if (either) return either.map(typeOf).join(' or ')
  if (type === 'array') return `list of ${of['items'] ? typeOf(of['items'] as JsonObject) : 'fixed length'}`
  if (type === 'object' && of['properties']) return objectOf(of)
  return typeof type === 'string' ? type + bounds(of) : 'anything'
}

function objectOf(of: JsonObject): string {
  const kind = kindOf(of)
  return kind === undefined ? 'object' : `object of kind ${code(JSON.stringify(kind))}`
}

function kindOf(of: JsonObject): string | undefined {
  const properties = of['properties'] as Record<string, JsonObject> | undefined
  return properties?.['kind']?.['const'] as string | undefined
}

function bounds({ minimum, maximum, minLength, maxLength }: JsonObject): string {
  const least = minimum ?? minLength
  const most = maximum ?? maxLength
  // A whole number without a bound of its own gets JavaScript's.
  const low = typeof least === 'number' && least > Number.MIN_SAFE_INTEGER ? String(least) : ''
  const high = typeof most === 'number' && most < Number.MAX_SAFE_INTEGER ? String(most) : ''
  if (low === '' && high === '') return ''
  return ` (${low === '' ? `at most ${high}` : high === '' ? `at least ${low}` : `${low}–${high}`}${minLength !== undefined || maxLength !== undefined ? ' characters' : ''})`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function code(text: string): string {
  return `\`${text}\``
}

function page(title: string, parts: readonly string[]): string {
  return `${[mark, `# ${title}`, ...parts].join('\n\n')}\n`
}
