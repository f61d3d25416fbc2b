// From a method's name to its handler: find, allow, check, call, and let only declared errors out.
import { commonErrors, type Method, ParleyError, type Scope, type Service, services } from '@openparley/contract'
import type { AttachRequest, Watch } from './api.ts'
import type { Repeats } from './repeats.ts'
import type { AnyServiceBody, Caller } from './service.ts'

/** Where the bodies are: the core's own, or those of a session. */
export interface Directory {
  coreBody(service: string): AnyServiceBody
  /** Undefined when no such session is open. */
  sessionBody(session: string, service: string): AnyServiceBody | undefined
}

export async function callMethod(
  directory: Directory,
  repeats: Repeats,
  allowed: AttachRequest,
  caller: Caller,
  name: string,
  params: unknown,
  named: string | undefined,
): Promise<unknown> {
  const { service, serviceName, word } = find(name)
  const session = sessionFor(service, allowed, named)
  if (word === 'get' && service.watched) {
    return stateOf(directory, allowed, service, serviceName, session).read()
  }
  const method: Method | undefined = Object.hasOwn(service.methods, word) ? service.methods[word] : undefined
  if (!method) throw new ParleyError('method-unknown', name)
  requireScope(allowed, method.scope)
  refuseBound(allowed, serviceName)
  const read = method.params.safeParse(params ?? {})
  if (!read.success) throw new ParleyError('request-malformed', whatIsWrong(read.error))
  const handler = body(directory, service, serviceName, session).handlers[word]
  if (!handler) throw new ParleyError('internal', `${name} has no handler`)
  const act = async (): Promise<unknown> => {
    caller.signal.throwIfAborted()
    return await unlessAborted(Promise.resolve(handler(read.data as never, caller)), caller.signal)
  }
  const { requestId } = read.data as { readonly requestId?: string }
  try {
    if (requestId === undefined) return await act()
    return await repeats.once(`${allowed.name}\n${session ?? ''}\n${name}\n${requestId}`, act)
  } catch (thrown) {
    throw declared(thrown, method, name, caller.signal)
  }
}

export function watchService(
  directory: Directory,
  allowed: AttachRequest,
  serviceName: string,
  named: string | undefined,
): Watch {
  const { service } = find(`${serviceName}.watch`)
  return stateOf(directory, allowed, service, serviceName, sessionFor(service, allowed, named)).watch()
}

function find(name: string): { service: Service; serviceName: string; word: string } {
  const dot = name.indexOf('.')
  const serviceName = name.slice(0, dot)
  if (dot < 1 || !Object.hasOwn(services, serviceName)) throw new ParleyError('method-unknown', name)
  return { service: services[serviceName as keyof typeof services], serviceName, word: name.slice(dot + 1) }
}

function sessionFor(service: Service, allowed: AttachRequest, named: string | undefined): string | undefined {
  if (!service.perSession) return undefined
  const session = named ?? allowed.session
  if (session === undefined) throw new ParleyError('session-unknown', 'no session is named')
  // The same answer as for a session that is not there: a bound application learns nothing of others.
  if (allowed.session !== undefined && session !== allowed.session) throw new ParleyError('session-unknown', session)
  return session
}

function stateOf(
  directory: Directory,
  allowed: AttachRequest,
  service: Service,
  serviceName: string,
  session: string | undefined,
): NonNullable<AnyServiceBody['state']> {
  if (!service.watched) throw new ParleyError('method-unknown', `${serviceName} has no state`)
  requireScope(allowed, service.watched.scope)
  refuseBound(allowed, serviceName)
  const state = body(directory, service, serviceName, session).state
  if (!state) throw new ParleyError('internal', `${serviceName} keeps no state`)
  return state
}

function body(directory: Directory, service: Service, name: string, session: string | undefined): AnyServiceBody {
  if (!service.perSession) return directory.coreBody(name)
  const found = directory.sessionBody(session as string, name)
  if (!found) throw new ParleyError('session-unknown', session)
  return found
}

function requireScope(allowed: AttachRequest, scope: Scope): void {
  if (!allowed.scopes.includes(scope)) throw new ParleyError('scope-missing', scope)
}

/** Who is bound to one session neither sees nor manages the others. */
function refuseBound(allowed: AttachRequest, serviceName: string): void {
  if (allowed.session !== undefined && serviceName === 'session') {
    throw new ParleyError('scope-missing', 'the token is bound to one session')
  }
}

/** Who cancels is answered at once, whatever the handler still waits for. */
async function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(new ParleyError('cancelled'))
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([result, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function declared(thrown: unknown, method: Method, name: string, signal: AbortSignal): ParleyError {
  if (thrown instanceof ParleyError && (method.errors.includes(thrown.code) || commonErrors.includes(thrown.code))) {
    return thrown
  }
  if (signal.aborted) return new ParleyError('cancelled')
  const error = new ParleyError('internal', `${name}: ${thrown instanceof Error ? thrown.message : 'not an error'}`)
  error.cause = thrown
  return error
}

function whatIsWrong(error: { issues: readonly { path: PropertyKey[]; message: string }[] }): string {
  const first = error.issues[0]
  return first ? `${first.path.join('.') || 'params'}: ${first.message}` : 'params'
}
