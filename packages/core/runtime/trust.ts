// Whom the servers of a service are trusted by, as settings say.
import type { SettingName, Settings } from '@openparley/contract'

/** As `net` has it. */
export interface Trust {
  readonly ca?: string
  readonly verify: 'full' | 'pinned' | 'off'
}

/** What the names of a service’s settings of TLS begin with. */
export type TrustArea = SettingName extends infer Name
  ? Name extends `${infer Area}.tls.verify`
    ? Area
    : never
  : never

export function trustIn(settings: Pick<Settings, `${TrustArea}.tls.${'ca' | 'verify'}`>, area: TrustArea): Trust {
  const { [`${area}.tls.ca` as const]: ca, [`${area}.tls.verify` as const]: verify } = settings
  return { verify, ...(ca === undefined ? {} : { ca }) }
}
