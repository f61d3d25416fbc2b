// A program that controls somebody’s phone by uaCSTA (ECMA TR/87), as there are some: for trying whoever offers that.
import { realClock, realDice } from '@openparley/net'
import {
  type CstaEvent,
  type CstaMessage,
  type MessageFault,
  readMessage,
  type UnknownMessage,
  writeMessage,
} from '@openparley/protocols/csta'
import { type AgentEffect, answerChallenge, chooseChallenge, type Field } from '@openparley/protocols/sip'
import { openAgent } from '../sip/agent.ts'

export interface HostProgram {
  /** What is answered; rejects where nothing is. */
  ask(message: CstaMessage): Promise<CstaMessage | UnknownMessage | MessageFault>
  /** The next event of that name: those before it are passed over. Rejects where none comes in time. */
  event(name: CstaEvent['is']): Promise<CstaEvent>
  close(): Promise<void>
}

/** `address`: host:port. Rejects where no dialog comes of it. */
export async function openHostProgram(address: string, password: string): Promise<HostProgram> {
  const events: CstaEvent[] = []
  const asking = new Map<string, PromiseWithResolvers<CstaMessage | UnknownMessage | MessageFault>>()
  const begun = Promise.withResolvers<void>()
  let wake = (): void => {}
  let asked = 0
  let proved = 0
  const perform = (effect: Exclude<AgentEffect, { type: 'send' }>): void => {
    switch (effect.type) {
      case 'challenged': {
        const choice = chooseChallenge(effect.challenges, () => !effect.again)
        const header: Field | undefined =
          choice.is === 'chosen'
            ? [
                'Authorization',
                answerChallenge(choice.challenge, { user: 'host', password }, effect, ++proved, realDice),
              ]
            : undefined
        return agent.feed({ type: 'credentials', id: effect.id, header })
      }
      case 'session':
        if (effect.event.type === 'accepted') begun.resolve()
        if (effect.event.type === 'ended') begun.reject(new Error(`no dialog: ${JSON.stringify(effect.event.cause)}`))
        return
      case 'request': {
        const message = readMessage(new TextDecoder().decode(effect.request.body))
        if (message.is.endsWith('Event')) events.push(message as CstaEvent)
        agent.feed({ type: 'reply', id: effect.id, status: 200 })
        return wake()
      }
      case 'replied':
        return asking.get(effect.id)?.resolve(readMessage(new TextDecoder().decode(effect.response.body)))
      case 'unanswered':
        return asking.get(effect.id)?.reject(new Error(`no answer: ${effect.cause.is}`))
      default:
        return
    }
  }
  const agent = await openAgent({
    dice: realDice,
    user: () => 'host',
    methods: ['INFO'],
    describes: { contentType, fields },
    perform,
  })
  const uri = `sip:${address}`
  agent.feed({
    type: 'invite',
    session,
    uri,
    from: '<sip:host@127.0.0.1>',
    to: `<${uri}>`,
    contact: `sip:host@127.0.0.1:${agent.hop.port}`,
    body: writeMessage({ is: 'RequestSystemStatus' }, edition),
  })
  try {
    await begun.promise
  } catch (error) {
    await agent.close()
    throw error
  }
  const send = (method: string, body?: string): Promise<CstaMessage | UnknownMessage | MessageFault> => {
    const id = String(++asked)
    const answer = Promise.withResolvers<CstaMessage | UnknownMessage | MessageFault>()
    asking.set(id, answer)
    const more = body === undefined ? {} : { body, contentType, headers: fields }
    agent.feed({ type: 'send', session, id, method, ...more })
    return answer.promise
  }
  return {
    ask: (message) => send('INFO', writeMessage(message, edition)),
    event: async (name) => {
      const over = Promise.withResolvers<never>()
      const cancel = realClock.at(realClock.now() + eventMs, () => over.reject(new Error(`no ${name} came`)))
      try {
        for (;;) {
          const event = events.shift()
          if (event?.is === name) return event
          const more = new Promise<void>((resolve) => {
            wake = resolve
          })
          if (!event) await Promise.race([more, over.promise])
        }
      } finally {
        cancel()
      }
    },
    close: async () => {
      await send('BYE').catch(() => undefined)
      await agent.close()
    },
  }
}

const session = 'control'
const edition = 'ed3'
const eventMs = 10_000
const contentType = 'application/csta+xml'
const fields: readonly Field[] = [['Content-Disposition', 'signal;handling=required']]
