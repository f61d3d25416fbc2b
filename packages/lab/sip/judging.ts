// What the lab's SIP server refuses, and as what: the faults that are in force.
import { toOf, uriOf, userOf } from '@openparley/protocols/sip'
import type { FaultSet } from '../faults.ts'
import type { Recorder } from '../record.ts'
import { deviceIn } from './cucm.ts'
import type { ProxyOptions } from './proxy.ts'

/** What stands against a request: the faults that are in force. */
export function judging(faults: FaultSet, recorder: Recorder): ProxyOptions['judge'] {
  return (request) => {
    const { method } = request
    if (method === 'REGISTER') recorder.device(userOf(uriOf(toOf(request.headers))) ?? '', deviceIn(request))
    if (faults.has('overload')) return { status: 503, headers: [['Retry-After', '30']] }
    if (faults.has('server-error')) return { status: 500 }
    if (method === 'REGISTER') {
      if (faults.has('forbidden')) return { status: 403 }
      if (faults.has('refuse-registration')) return { status: 400 }
      return faults.has('unknown-account') ? { status: 404 } : undefined
    }
    if (method !== 'INVITE') return undefined
    if (faults.has('no-answer')) return { status: 408, ringMs: faults.value('no-answer') }
    const refused = refusals.find(([name]) => faults.has(name))
    return refused && { status: refused[1] }
  }
}

const refusals = [
  ['unknown-number', 404],
  ['busy', 486],
  ['declined', 603],
  ['call-forbidden', 403],
  ['incompatible', 488],
] as const
