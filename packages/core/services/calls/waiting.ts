// Acts that are done when the phone says so: hold, resume, answer. Each ends by an event, a refusal, the call's end or in time.
import { type ErrorCode, ParleyError } from '@openparley/contract'
import type { World } from '../../runtime/world.ts'
import type { PhoneCommand, PhoneEvent } from './port.ts'

type Act = 'hold' | 'resume' | 'answer' | 'transfer' | 'call-back' | 'record' | 'dial' | 'bring' | 'drop' | 'video'

export interface Waiting {
  /** Throws where an act of the call is under way already: then nothing may be performed. */
  until(call: string, act: Act): Promise<void>
  settle(event: PhoneEvent): void
}

export function waiting(world: World): Waiting {
  const acts = new Map<string, { readonly act: Act; done(error?: ParleyError): void }>()
  return {
    until: (call, act) => {
      const other = acts.get(call)
      if (other) throw new ParleyError('call-wrong-state', `${other.act} is under way`)
      return new Promise((resolve, reject) => {
        const cancel = world.clock.at(world.clock.now() + giveUpMs, () =>
          done(new ParleyError('internal', `the phone did not say what became of ${act}`)),
        )
        const done = (error?: ParleyError): void => {
          cancel()
          acts.delete(call)
          if (error) reject(error)
          else resolve()
        }
        acts.set(call, { act, done })
      })
    },
    settle: (event) => {
      if (!('call' in event) || event.call === undefined) return
      const pending = acts.get(event.call)
      if (!pending) return
      if (event.type === 'ended') pending.done(new ParleyError('call-wrong-state', 'the call has ended'))
      else if (event.type === 'refused' && event.command === commandOf[pending.act]) pending.done(refused(event))
      else if (event.type === doneBy[pending.act] && (!('by' in event) || event.by === 'local')) pending.done()
    },
  }
}

function refused(event: { readonly code: ErrorCode; readonly cause?: ParleyError['peer'] }): ParleyError {
  return new ParleyError(event.code, undefined, event.cause)
}

const commandOf: Record<Act, PhoneCommand['type']> = {
  hold: 'hold',
  resume: 'resume',
  answer: 'answer',
  transfer: 'transfer',
  'call-back': 'call-back',
  record: 'record',
  dial: 'dial',
  bring: 'bring',
  drop: 'drop',
  video: 'video',
}
const doneBy: Record<Act, PhoneEvent['type']> = {
  hold: 'held',
  resume: 'resumed',
  answer: 'connected',
  transfer: 'transferring',
  'call-back': 'call-back-taken',
  record: 'recorded',
  dial: 'connected',
  bring: 'brought',
  drop: 'dropped',
  video: 'video-agreed',
}

/** Longer than SIP may take: an offer waits for the ACK before it, for its turn, and for its answer (twice 64·T1 and some tries). */
const giveUpMs = 100_000
