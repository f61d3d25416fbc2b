// One connection to the lab's manager interface: who it is of, and what it asks of their phone.
import { createHash } from 'node:crypto'
import { type AmiMessage, AmiReader, fieldOf, messageOf, writeAmi } from '@openparley/protocols/ami'
import type { Dice } from '@openparley/protocols/common'
import type { Desk, DeskAct } from '../desk/desk.ts'
import type { Channels } from './channels.ts'

export interface ManagerOptions {
  readonly desk: Desk
  readonly channels: Channels
  readonly dice: Dice
  readonly passwordOf: (person: string) => string | undefined
  readonly send: (bytes: Uint8Array) => void
  readonly close: () => void
}

type Answer = Readonly<Record<string, string | undefined>>

export class Manager {
  readonly #options: ManagerOptions
  readonly #reader = new AmiReader({ greeted: false })
  readonly #challenge: string
  #person: string | undefined
  #wantsEvents = false
  /** Events that wait for the answer that goes before them. */
  #held: AmiMessage[] | undefined

  constructor(options: ManagerOptions) {
    this.#options = options
    this.#challenge = options.dice.token(64)
    options.send(new TextEncoder().encode('Asterisk Call Manager/11.0.0\r\n'))
  }

  received(bytes: Uint8Array): void {
    for (const message of this.#reader.push(bytes)) {
      if ('fault' in message) return this.#options.close()
      this.#held = []
      this.#take(message, fieldOf(message, 'ActionID'))
      const events = this.#held
      this.#held = undefined
      for (const event of events) this.told(event)
    }
  }

  told(event: AmiMessage): void {
    if (this.#person === undefined || !this.#wantsEvents) return
    if (this.#held) this.#held.push(event)
    else this.#options.send(writeAmi(event))
  }

  #take(message: AmiMessage, ActionID: string | undefined): void {
    const say = (fields: Answer): void => this.#options.send(writeAmi(messageOf({ ...fields, ActionID })))
    const of = (name: string): string => fieldOf(message, name) ?? ''
    const action = of('Action').toLowerCase()
    if (action === 'challenge') return say({ Response: 'Success', Challenge: this.#challenge })
    if (action === 'login') return say(this.#login(of))
    if (this.#person === undefined) return say(error('Permission denied'))
    if (action === 'logoff') {
      say({ Response: 'Goodbye', Message: 'Thanks for all the fish.' })
      return this.#options.close()
    }
    if (action === 'coreshowchannels') {
      const all = this.#options.channels.list()
      say({ Response: 'Success', EventList: 'start', Message: 'Channels will follow' })
      for (const channel of all)
        this.#options.send(writeAmi(messageOf({ Event: 'CoreShowChannel', ActionID }).concat(channel)))
      return say({ Event: 'CoreShowChannelsComplete', EventList: 'Complete', ListItems: String(all.length) })
    }
    say(this.#carryOut(action, of, this.#person))
  }

  #login(of: (name: string) => string): Answer {
    const person = of('Username')
    const password = this.#options.passwordOf(person)
    const digest = createHash('md5').update(`${this.#challenge}${password}`).digest('hex')
    const isRight = of('AuthType').toLowerCase() === 'md5' ? of('Key') === digest : of('Secret') === password
    if (password === undefined || !isRight) return error('Authentication failed')
    this.#person = person
    this.#wantsEvents = of('Events').toLowerCase() !== 'off'
    return success('Authentication accepted')
  }

  #carryOut(action: string, of: (name: string) => string, person: string): Answer {
    const { desk } = this.#options
    const number = desk.numberOf(person) ?? ''
    switch (action) {
      case 'ping':
        return { Response: 'Success', Ping: 'Pong' }
      case 'originate':
        return this.#originate(of, number)
      case 'mailboxcount': {
        const fresh = String(desk.line(number)?.messages ?? 0)
        return { Response: 'Success', Mailbox: of('Mailbox'), NewMessages: fresh, OldMessages: '0' }
      }
      case 'hangup':
      case 'blindtransfer':
      case 'playdtmf':
      case 'redirect':
      case 'bridge':
        return this.#onChannel(action, of, number)
      default:
        return error('Invalid/unknown command')
    }
  }

  /** The phone picks up by itself. */
  #originate(of: (name: string) => string, number: string): Answer {
    const to = of('Exten')
    if (of('Channel') !== `PJSIP/${number}`) return error('Permission denied')
    if (to === '') return error('Extension does not exist.')
    let made: ReturnType<Desk['act']> | undefined
    this.#options.channels.asking(of('ChannelId') || undefined, of('ActionID') || undefined, () => {
      made = this.#options.desk.act(number, { type: 'dial', to })
    })
    return made && 'refused' in made ? error('Originate failed') : success('Originate successfully queued')
  }

  #onChannel(action: string, of: (name: string) => string, number: string): Answer {
    const { channels, desk } = this.#options
    const at = channels.at(of(action === 'bridge' ? 'Channel1' : 'Channel'))
    if (!at || at.pair.number !== number) return error('No such channel')
    const { key } = at.pair
    const act = ((): DeskAct | undefined => {
      switch (`${action} ${at.end}`) {
        case 'hangup own':
          if (at.call.state !== 'alerting') return { type: 'leave', key }
          return { type: of('Cause') === '17' ? 'hang-up' : 'decline', key }
        case 'playdtmf own':
          return { type: 'digits', key, digits: of('Digit') }
        case 'blindtransfer own':
          return { type: 'send-on', key, to: of('Exten') }
        case 'redirect far':
          return { type: at.call.state === 'alerting' ? 'deflect' : 'send-on', key, to: of('Exten') }
        case 'bridge far': {
          const other = channels.at(of('Channel2'))
          return other?.end === 'far' ? { type: 'transfer', key, other: other.pair.key } : undefined
        }
        default:
          return undefined
      }
    })()
    if (!act) return error('No such channel')
    return 'refused' in desk.act(number, act) ? error('Channel is in no state for it') : success('Done')
  }
}

function success(Message: string): Answer {
  return { Response: 'Success', Message }
}

function error(Message: string): Answer {
  return { Response: 'Error', Message }
}
