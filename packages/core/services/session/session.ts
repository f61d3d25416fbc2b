// Who is signed in. The sessions themselves are opened and closed by compose.ts.
import { type ChangeOf, ParleyError, type SessionInfo, type services, type StateOf } from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'

type Session = (typeof services)['session']

export interface SessionService extends ServiceBody<Session> {
  readonly state: Broadcast<StateOf<Session>, ChangeOf<Session>>
}

export interface SessionNeeds {
  open(opener: {
    readonly application: string
    readonly settings: Readonly<Record<string, unknown>>
    /** Whether it is a process of the person’s own. */
    readonly ofPerson: boolean
  }): Promise<SessionInfo>
  /** False where there is no such session. */
  close(session: string): Promise<boolean>
}

export function session(epoch: string, needs: SessionNeeds): SessionService {
  const known = new Map<string, SessionInfo>()
  const state = broadcast<StateOf<Session>, ChangeOf<Session>>(epoch, () => ({ sessions: [...known.values()] }))
  return {
    state,
    handlers: {
      open: async ({ settings }, { name, mayNamePaths }) => {
        const opened = await needs.open({ application: name, settings, ofPerson: mayNamePaths })
        if (!known.has(opened.id)) {
          known.set(opened.id, opened)
          state.publish({ type: 'opened', session: opened })
        }
        return { session: opened.id }
      },
      close: async ({ session: id }) => {
        if (!(await needs.close(id))) throw new ParleyError('session-unknown', id)
        known.delete(id)
        state.publish({ type: 'closed', session: id })
        return {}
      },
    },
  }
}
