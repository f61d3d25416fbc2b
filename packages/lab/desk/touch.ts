// What a hand means on a phone: keys are pressed about no call in particular, and it is plain which one is meant.
import type { CallState } from './call-table.ts'
import type { DeskAct } from './desk.ts'
import type { DeskCall } from './signals.ts'

/** What can be done by hand, and what more is to be said with it. */
export const touches: Readonly<Record<string, string>> = {
  answer: '',
  dial: 'NUMBER',
  hold: '',
  resume: '',
  'hang-up': '',
  decline: '',
  digits: 'DIGITS',
  transfer: '[NUMBER]',
  conference: '',
  'forward-to': '[NUMBER]',
  'do-not-disturb': 'on|off',
}

/** Throws, with a sentence, where it means nothing. */
export function touched(calls: readonly Readonly<DeskCall>[], what: string, argument = ''): DeskAct {
  /** The latest call in the first of the states that any is in. */
  const key = (...states: CallState[]): string => {
    for (const state of states) {
      const call = calls.findLast((each) => each.state === state)
      if (call) return call.key
    }
    return ''
  }
  const needed = (): string => {
    if (argument === '') throw new Error(`${what} needs ${touches[what]}.`)
    return argument
  }
  switch (what) {
    case 'answer':
      return { type: 'answer', key: key('alerting') }
    case 'dial':
      return { type: 'dial', to: needed() }
    case 'hold':
      return { type: 'hold', key: key('connected') }
    case 'resume':
      return { type: 'resume', key: key('hold') }
    case 'hang-up':
      return { type: 'leave', key: key('connected', 'delivered', 'originated', 'alerting', 'hold') }
    case 'decline':
      return { type: 'decline', key: key('alerting') }
    case 'digits':
      return { type: 'digits', key: key('connected'), digits: needed() }
    case 'transfer':
      if (argument !== '') return { type: 'send-on', key: key('connected', 'hold'), to: argument }
      return { type: 'transfer', key: key('hold'), other: key('connected', 'delivered') }
    case 'conference':
      return { type: 'conference', key: key('hold'), other: key('connected') }
    case 'forward-to':
      return { type: 'line', line: { forwardedTo: argument === '' ? undefined : argument } }
    case 'do-not-disturb':
      if (argument !== 'on' && argument !== 'off') throw new Error(`${what} needs ${touches[what]}.`)
      return { type: 'line', line: { doNotDisturb: argument === 'on' } }
    default:
      throw new Error(`A phone can be touched so: ${Object.keys(touches).join(', ')}.`)
  }
}
