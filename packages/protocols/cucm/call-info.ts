// What a call manager says of a call in Call-Info: who it is with, how safe it is, and its name in the cluster.
export interface CallInfo {
  readonly security: 'unknown' | 'not-authenticated' | 'authenticated' | 'encrypted' | undefined
  /** The global call id, by which the call's records are found. */
  readonly globalId: string | undefined
  readonly priority: 'urgent' | 'emergency' | undefined
}

/** Of the values of Call-Info the one of the call manager; undefined where there is none. */
export function readCallInfo(values: readonly string[]): CallInfo | undefined {
  for (const value of values) {
    const [, params] = /^\s*<\s*urn:x-cisco-remotecc:callinfo\s*>(.*)$/is.exec(value) ?? []
    if (params === undefined) continue
    const said = (name: string): string | undefined =>
      new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;,\\s]*))`, 'i')
        .exec(params)
        ?.slice(1)
        .find((each) => each)
    return {
      security: securities[said('security')?.toLowerCase() ?? ''],
      globalId: said('gci')?.slice(0, 128),
      priority: priorities.find((each) => each === said('priority')?.toLowerCase()),
    }
  }
  return undefined
}

const securities: Readonly<Record<string, CallInfo['security']>> = {
  unknown: 'unknown',
  notauthenticated: 'not-authenticated',
  authenticated: 'authenticated',
  encrypted: 'encrypted',
}
const priorities = ['urgent', 'emergency'] as const
