// The attached applications: each with what it may do, its watches, and its acts under way.
import type { Application } from '@openparley/contract'
import { ParleyError } from '@openparley/contract'
import type { Attachment, AttachRequest, Watch } from './api.ts'
import { callMethod, type Directory, watchService } from './dispatch.ts'
import { repeats } from './repeats.ts'
import { newId, type World } from './world.ts'

export interface Attachments {
  attach(request: AttachRequest): Attachment
  find(application: string): AttachRequest | undefined
  /** Ends them all. */
  close(): void
}

export interface AttachmentNeeds {
  readonly directory: Directory
  attached(application: Application): void
  detached(application: string): void
  /** Sound of an application for its stream, in whichever session that is. */
  frame(application: string, stream: string, samples: Int16Array): void
}

export function attachments(world: World, needs: AttachmentNeeds): Attachments {
  const known = new Map<string, { readonly request: AttachRequest; detach(): void }>()
  const once = repeats(world)
  return {
    find: (application) => known.get(application)?.request,
    close: () => {
      for (const { detach } of [...known.values()]) detach()
    },
    attach: (request) => {
      const id = newId(world, 'application')
      const gone = new AbortController()
      const watches = new Set<Watch>()
      const detach = (): void => {
        if (!known.delete(id)) return
        gone.abort()
        for (const watch of watches) watch.stop()
        needs.detached(id)
      }
      known.set(id, { request, detach })
      const { name, role, leaves, mayNamePaths } = request
      needs.attached({ id, name, role, leaves, attachedAt: world.wall() })
      return {
        id,
        detach,
        call: (method, params, { session, signal } = {}) => {
          if (!known.has(id)) return Promise.reject(new ParleyError('core-stopping', 'the application is detached'))
          const either = signal ? AbortSignal.any([signal, gone.signal]) : gone.signal
          const caller = { application: id, name, role, mayNamePaths, signal: either }
          return callMethod(needs.directory, once, request, caller, method, params, session)
        },
        watch: (service, session) => {
          if (!known.has(id)) throw new ParleyError('core-stopping', 'the application is detached')
          const watch = watchService(needs.directory, request, service, session)
          watches.add(watch)
          return {
            snapshot: watch.snapshot,
            next: () => watch.next(),
            stop: () => {
              watches.delete(watch)
              watch.stop()
            },
            [Symbol.asyncIterator]: () => watch[Symbol.asyncIterator](),
          }
        },
        frame: (stream, samples) => needs.frame(id, stream, samples),
      }
    },
  }
}
