// Completion of calls (RFC 6910): what a callee's monitor tells the caller's agent whose call came to nothing.

/** BS: of a busy side; NR: of one that did not answer; NL: of one that is not signed in (§4.1). */
export type CompletionMode = 'BS' | 'NR' | 'NL'

export interface CallCompletion {
  /** queued: others are before, or the side is not free yet; ready: it can be called now (§8.3). */
  readonly state: 'queued' | 'ready'
  /** Whether a request that led to nothing again stays in the queue. */
  readonly retained: boolean
  /** Where to call. */
  readonly uri?: string
}

/** Undefined for what is no such body (§8.3). */
export function readCallCompletion(body: string): CallCompletion | undefined {
  const fields = new Map<string, string>()
  for (const line of body.split(/\r?\n/).slice(0, mostLines)) {
    const [, name = '', value = ''] = /^\s*([\w-]+)\s*(?::\s*(.*?)\s*)?$/.exec(line) ?? []
    if (name !== '') fields.set(name.toLowerCase(), value)
  }
  const state = fields.get('cc-state')?.toLowerCase()
  if (state !== 'queued' && state !== 'ready') return undefined
  const uri = fields.get('cc-uri')
  return {
    state,
    retained: fields.has('cc-service-retention'),
    ...(uri === undefined || uri === '' ? {} : { uri: uri.slice(0, 512) }),
  }
}

export function writeCallCompletion({ state, retained, uri }: CallCompletion): string {
  return [
    `cc-state: ${state}`,
    ...(retained ? ['cc-service-retention'] : []),
    ...(uri === undefined ? [] : [`cc-URI: ${uri}`]),
    '',
  ].join('\r\n')
}

export function completionMode(text: string | undefined): CompletionMode | undefined {
  const mode = text?.toUpperCase()
  return mode === 'BS' || mode === 'NR' || mode === 'NL' ? mode : undefined
}

const mostLines = 50
