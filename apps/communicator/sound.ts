// The only place that touches sound: what calls are joined to.
import type { Endpoint } from '@openparley/sdk/browser'

/** What a new call's sound is joined to. */
export function endpoint(): Endpoint {
  return { kind: 'none' }
}
