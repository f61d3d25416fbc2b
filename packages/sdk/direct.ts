// The connection without a wire: an attachment of a core in this process.
import type { Role } from '@openparley/contract'
import type { Connection, Feed, Opener } from './connection.ts'
import { contractVersion } from './names.generated.ts'
import { asProblem, problem, type ParleyError } from './error.ts'

/** What a core in this process gives to one application. */
export interface DirectAttachment {
  readonly id: string
  readonly scopes?: readonly string[]
  readonly session?: string | undefined
  call(
    method: string,
    params: unknown,
    options?: { readonly session?: string; readonly signal?: AbortSignal },
  ): Promise<unknown>
  watch(service: string, session?: string): Feed
  frame(stream: string, samples: Int16Array): void
  detach(): void
}

export interface DirectApplication {
  readonly name: string
  readonly role: Role
  readonly leaves: 'stop' | 'stay'
  readonly onFrame: (stream: string, samples: Int16Array) => void
}

/** An opener over `attach`, as `startInProcess` of @openparley/daemon/in-process gives it. */
export function direct(attach: (application: DirectApplication) => DirectAttachment): Opener {
  return async ({ application: name, role, leaves, onFrame }) => {
    const attachment = attempt(() => attach({ name, role, leaves, onFrame }))
    let ended: ParleyError | undefined
    const { promise: over, resolve } = Promise.withResolvers<ParleyError>()
    const connection: Connection = {
      welcome: {
        contract: contractVersion,
        application: attachment.id,
        scopes: attachment.scopes ?? [],
        session: attachment.session,
      },
      call: async (method, params, { session, signal } = {}) => {
        if (signal?.aborted) throw problem('cancelled')
        try {
          // A copy, as a wire would make it: neither side can change what the other holds.
          const answer = attachment.call(method, structuredClone(params), {
            ...(session === undefined ? {} : { session }),
            ...(signal === undefined ? {} : { signal }),
          })
          return structuredClone(await orCancelled(answer, signal))
        } catch (thrown) {
          throw asProblem(thrown)
        }
      },
      watch: async (service, session) => attempt(() => attachment.watch(service, session)),
      frame: (stream, samples) => attachment.frame(stream, samples),
      close: () => {
        if (ended) return
        ended = problem('core-unreachable', 'closed by this side')
        attachment.detach()
        resolve(ended)
      },
      get ended() {
        return ended
      },
      over,
    }
    return connection
  }
}

/** Whoever cancels does not wait for the core to notice, as over a wire. */
function orCancelled<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return answer
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(problem('cancelled'))
    signal.addEventListener('abort', cancel, { once: true })
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel))
  })
}

function attempt<T>(act: () => T): T {
  try {
    return act()
  } catch (thrown) {
    throw asProblem(thrown)
  }
}
