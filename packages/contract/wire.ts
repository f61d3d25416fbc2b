// The contract on a wire: JSON-RPC 2.0, one message a WebSocket text frame or a line of a Unix socket.
import { z } from 'zod'
import { Role } from './system.ts'
import { ApplicationId, ErrorValue, SessionId } from './values.ts'

/** MAJOR.MINOR. A core serves its major and the one before. */
export const contractVersion = '0.1'

/** Largest message in bytes, either way. */
export const maxMessageBytes: number = 16 * 1024 * 1024

/** Changes that a watch may hold for a slow watcher before they are dropped for a fresh snapshot. */
export const maxWatchBacklog = 256

/** Requests of one connection that may wait for an answer. */
export const maxPending = 1024

/** The first message on every connection: method `hello`. */
export const Hello = z.object({
  contract: z.string().regex(/^\d+\.\d+$/),
  application: z.string().min(1).max(64).describe('The application’s name, for people.'),
  /** Needed on a WebSocket. The Unix socket is the user's own already. */
  token: z.string().max(256).optional(),
  role: Role.default('observe'),
  leaves: z.enum(['stop', 'stay']).default('stop'),
})

export const Welcome = z.object({
  contract: z.string(),
  /** This application's id while the connection lasts: `call.handler` is compared with it. */
  application: ApplicationId,
  scopes: z.array(z.string()),
  /** The one session that the token is bound to, if it is. */
  session: SessionId.optional(),
})

export const Request = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.number().int(), z.string().max(64)]),
  method: z.string().max(128),
  session: z.string().max(64).optional(),
  params: z.unknown().optional(),
})

/** JSON-RPC's `error.data`: our own error; `error.code` is always `rpcErrorCode`. */
export const ErrorData = ErrorValue
export const rpcErrorCode = -32_000

/*
 * Beside the methods of the services, every connection knows:
 *   hello {…Hello} → {…Welcome}
 *   SERVICE.get {} → {revision, state}
 *   SERVICE.watch {} → {watch, revision, state}; then notifications `SERVICE.changed` with
 *     params {watch, revision, change} or {watch, revision, state, resync: true}, and {watch, ended: true} when the
 *     core ends the watch (its session was closed). `watch` is a whole number of this connection.
 *   unwatch {watch} → {}; an unknown watch is harmless
 * and the notifications
 *   $cancel {id}                      to the core: the request is answered with `cancelled`, or as if nothing were
 *   $closed {error}                   to the application, before the core closes the connection
 *   media.frame {stream, pcm}         both ways, pcm in base64
 */
