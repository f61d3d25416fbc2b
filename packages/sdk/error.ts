// Errors as an application sees them: a code of the closed list, a sentence for people, the next step.
import type { ErrorCode, ErrorEntry, ErrorValue, PeerCause } from '@openparley/contract'
import { errorTable } from './errors.generated.ts'

/** What every call of the SDK rejects with. */
export class ParleyError extends Error {
  readonly code: ErrorCode
  /** One sentence for the person in front of the screen. */
  readonly sentence: string
  /** What to do next. */
  readonly next: string
  /** Whether the same act may succeed later without anybody changing anything. */
  readonly retryable: boolean
  readonly origin: ErrorEntry['origin']
  readonly detail: string | undefined
  /** The status that a peer gave, in its own words. */
  readonly peer: PeerCause | undefined

  constructor(value: ErrorValue) {
    super(value.detail === undefined ? value.sentence : `${value.sentence} (${value.detail})`)
    this.name = 'ParleyError'
    this.code = value.code
    this.sentence = value.sentence
    this.next = value.next
    this.retryable = value.retryable
    this.origin = value.origin
    this.detail = value.detail
    this.peer = value.peer
  }
}

/** An error of the list that arises on this side. */
export function problem(code: ErrorCode, detail?: string, peer?: PeerCause): ParleyError {
  const { sentence, next, retryable, origin } = errorTable[code]
  return new ParleyError({
    code,
    sentence,
    next,
    retryable,
    origin,
    ...(detail === undefined ? {} : { detail }),
    ...(peer === undefined ? {} : { peer }),
  })
}

/** Whatever was thrown or sent, as an error of the list. A code that this SDK does not know yet keeps its own words. */
export function asProblem(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown
  const value = thrown as Partial<ErrorValue> | undefined
  if (typeof value?.code === 'string' && typeof value.sentence === 'string') {
    const { code, sentence, next = '', retryable = false, origin = 'us', detail, peer } = value
    return new ParleyError({
      code,
      sentence,
      next,
      retryable,
      origin,
      ...(typeof detail === 'string' ? { detail } : {}),
      ...(peer ? { peer } : {}),
    })
  }
  if (typeof value?.code === 'string' && Object.hasOwn(errorTable, value.code)) {
    return problem(value.code, value.detail, value.peer)
  }
  return problem('internal', thrown instanceof Error ? thrown.message : String(thrown))
}
