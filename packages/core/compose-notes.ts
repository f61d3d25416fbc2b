// What a session tells whoever keeps a log: how its phones, calls and services are. Nobody's name or number is in it.
import type { Call, ErrorValue, HealthRow, Phone } from '@openparley/contract'
import type { CallsService } from './services/calls/index.ts'
import type { HealthService } from './services/health/index.ts'
import type { PhonesService } from './services/phones/index.ts'
import type { Note } from './services/system/index.ts'

type Tell = (level: Note['level'], what: string, facts: Note['facts']) => void

/** Writes down every change from now on. */
export function noteChanges(
  parts: { readonly phones: PhonesService; readonly calls: CallsService; readonly health: HealthService },
  tell: Tell,
): void {
  const told = new Map<string, string>()
  /** The same is not said twice: a state is published with every change of anything beside it. */
  const news = (id: string, level: Note['level'], what: string, facts: Note['facts']): void => {
    const said = JSON.stringify(facts)
    if (told.get(id) === said) return
    told.set(id, said)
    tell(level, what, facts)
  }
  parts.phones.state.follow(({ phone }) => {
    if (phone.notAllowed === undefined) news(phone.id, levelOf(phone.state.is), 'phone', phoneFacts(phone))
  })
  parts.health.state.follow(({ row }) => {
    // Its error and its address are the phone's, which has told them.
    const isPhone = row.service === 'calls'
    if (!isPhone || row.warning) news(row.service, row.warning ? 'warn' : levelOf(row.state), 'service', rowFacts(row))
  })
  parts.calls.state.follow((change) => {
    // Nothing of it rang, and so nothing else tells of it.
    if (change.type === 'unanswerable')
      tell('warn', 'call', { direction: 'incoming', state: 'refused', ...whyOf(change.error) })
    if (change.type !== 'call') return
    const { call } = change
    news(call.id, call.end?.error ? 'warn' : 'info', 'call', callFacts(call))
    if (call.state === 'ended') told.delete(call.id)
  })
}

function phoneFacts({ id, state: { is, server, error, nextTryAt } }: Phone): Note['facts'] {
  return { phone: id, state: is, ...defined({ server, nextTryAt }), ...whyOf(error) }
}

function rowFacts({ service, state, error, warning, nextTryAt }: HealthRow): Note['facts'] {
  return { service, state, ...defined({ nextTryAt, warning: warning?.code }), ...whyOf(error) }
}

/** Of an error only what holds no number: its details may name whom it was about. */
function callFacts({ id, direction, state, held, peerId, end }: Call): Note['facts'] {
  const { by, error } = end ?? {}
  return { call: id, direction, state, held, ...defined({ peerId, by, error: error?.code, peer: error?.peer }) }
}

/** `code` would be taken for a code that a person typed, which a log hides. */
function whyOf(error: ErrorValue | undefined): Note['facts'] {
  return error ? defined({ error: error.code, detail: error.detail, peer: error.peer }) : {}
}

function defined(facts: Note['facts']): Note['facts'] {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}

/** A phone and a service use the same words where something is wrong. */
function levelOf(state: string): Note['level'] {
  if (state === 'failed') return 'error'
  return state === 'waiting' || state === 'degraded' ? 'warn' : 'info'
}
