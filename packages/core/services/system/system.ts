// The core as a whole: who is attached, tokens, stopping.
import {
  type Application,
  type ChangeOf,
  contractVersion,
  ParleyError,
  type Scope,
  type services,
  type StateOf,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'
import type { World } from '../../runtime/world.ts'
import type { HostPort, TokenRequest } from './port.ts'

type System = (typeof services)['system']

export interface SystemService extends ServiceBody<System> {
  readonly state: Broadcast<StateOf<System>, ChangeOf<System>>
  attached(application: Application): void
  detached(application: string): void
  applications(): Application[]
}

export interface SystemNeeds {
  readonly version: string
  readonly host: HostPort
  scopesOf(application: string): readonly Scope[]
  sessionOf(application: string): string | undefined
  sessionIsOpen(session: string): boolean
}

export function system(world: World, epoch: string, needs: SystemNeeds): SystemService {
  const known = new Map<string, Application>()
  const startedAt = world.wall()
  const { host } = needs
  const state = broadcast<StateOf<System>, ChangeOf<System>>(epoch, () => ({
    version: needs.version,
    contract: contractVersion,
    pid: host.pid,
    startedAt,
    applications: [...known.values()],
    ...(host.log === undefined ? {} : { log: host.log }),
  }))
  /** The session that a token of this request is bound to; nobody hands on more than they have. */
  const granted = (request: Pick<TokenRequest, 'scopes' | 'session'>, application: string): string | undefined => {
    const own = needs.scopesOf(application)
    const lacking = request.scopes.find((scope) => !own.includes(scope))
    if (lacking) throw new ParleyError('scope-missing', lacking)
    const bound = needs.sessionOf(application)
    const session = request.session ?? bound
    if (bound !== undefined && session !== bound) throw new ParleyError('session-unknown', session)
    if (session !== undefined && !needs.sessionIsOpen(session)) throw new ParleyError('session-unknown', session)
    return session
  }
  return {
    state,
    attached: (application) => {
      known.set(application.id, application)
      state.publish({ type: 'attached', application })
    },
    detached: (application) => {
      if (known.delete(application)) state.publish({ type: 'detached', application })
    },
    applications: () => [...known.values()],
    handlers: {
      stop: ({ when, restart }) => {
        if (when === 'now') state.publish({ type: 'stopping', restart })
        host.stop({ when, restart })
        return {}
      },
      issueToken: async (request, { application }) => ({
        token: await host.issueToken({ ...request, session: granted(request, application) }),
      }),
      oneTimeAddress: ({ path, ...request }, { application }) => ({
        address: host.oneTimeAddress({ ...request, session: granted(request, application) }, path),
      }),
      revokeTokens: async ({ application }) => ({ revoked: await host.revokeTokens(application) }),
    },
  }
}
