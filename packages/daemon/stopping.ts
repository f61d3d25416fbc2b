// When the process goes: a little after the last application that needs it, or when it is told to.
import type { AttachRequest, Attachment, Core } from '@openparley/core'

export interface Stopping {
  /** The core as the door sees it: who comes and leaves is noticed. */
  readonly core: Pick<Core, 'attach'>
  /** `system.stop`. */
  stop(how: { readonly when: 'now' | 'idle'; readonly restart: boolean }): void
  /** Nothing is decided any more. */
  close(): void
}

export interface StoppingOptions {
  readonly core: () => Core
  /** How long after the last application has left. */
  readonly lingerMs: number
  /** How long to wait for the first application; undefined: for ever. */
  readonly firstMs: number | undefined
  /** Called once. */
  readonly go: (how: { readonly why: string; readonly restart: boolean }) => void
}

/** Why the process is there at all. */
type Purpose =
  /** An application, or whoever started it, asked it to stay. */
  | { readonly is: 'stays' }
  /** It goes when nobody needs it; before the first has come, it waits longer. */
  | { readonly is: 'serves'; readonly lingerMs: number }
  /** It was told to go when idle, by this application. */
  | { readonly is: 'leaves'; readonly askedBy: string | undefined; readonly restart: boolean }
  | { readonly is: 'gone' }

export function stopping({ core, lingerMs, firstMs, go }: StoppingOptions): Stopping {
  let purpose: Purpose = firstMs === undefined ? { is: 'stays' } : { is: 'serves', lingerMs: firstMs }
  let timer: NodeJS.Timeout | undefined
  let asking: string | undefined

  const leave = (why: string, restart: boolean): void => {
    if (purpose.is === 'gone') return
    purpose = { is: 'gone' }
    clearTimeout(timer)
    go({ why, restart })
  }
  const needed = (): boolean => {
    if (core().callsUp() > 0) return true
    const others = core().applications()
    return purpose.is === 'leaves' ? others.some(({ id }) => id !== askedBy()) : others.length > 0
  }
  const askedBy = (): string | undefined => (purpose.is === 'leaves' ? purpose.askedBy : undefined)
  const look = (afterMs: number): void => {
    clearTimeout(timer)
    if (purpose.is === 'gone' || purpose.is === 'stays') return
    timer = setTimeout(() => {
      // A call that is still up is nobody's event here, so it is looked at again.
      if (needed()) look(againMs)
      else leave(purpose.is === 'leaves' ? 'told to, when idle' : 'the last application has left', isRestart(purpose))
    }, afterMs)
  }
  const came = (request: AttachRequest): void => {
    if (purpose.is !== 'serves') return
    clearTimeout(timer)
    purpose = request.leaves === 'stay' ? { is: 'stays' } : { is: 'serves', lingerMs }
  }
  const left = (): void => {
    if (purpose.is === 'serves' && core().applications().length === 0) look(purpose.lingerMs)
    if (purpose.is === 'leaves') look(0)
  }
  if (purpose.is === 'serves') look(purpose.lingerMs)
  return {
    core: {
      attach: (request) => {
        const attachment = core().attach(request)
        came(request)
        const seen: Attachment = {
          ...attachment,
          call: (method, params, options) => {
            asking = method === 'system.stop' ? attachment.id : undefined
            return attachment.call(method, params, options)
          },
          detach: () => {
            attachment.detach()
            left()
          },
        }
        return seen
      },
    },
    stop: ({ when, restart }) => {
      if (purpose.is === 'gone') return
      if (when === 'now') {
        // Whoever asked gets the answer first.
        setImmediate(() => leave('told to', restart))
        return
      }
      purpose = { is: 'leaves', askedBy: asking, restart }
      look(0)
    },
    close: () => {
      purpose = { is: 'gone' }
      clearTimeout(timer)
    },
  }
}

function isRestart(purpose: Purpose): boolean {
  return purpose.is === 'leaves' && purpose.restart
}

const againMs = 500
