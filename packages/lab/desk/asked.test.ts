// A desk phone that is asked over SIP, without a network: what it tells, what it does, and for whom.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDialogInfo } from '@openparley/protocols/events'
import { type AgentInput, parseMessage, type SipRequest } from '@openparley/protocols/sip'
import { DeskAsked } from './asked.ts'
import type { DeskAct } from './desk.ts'
import type { DeskCall } from './signals.ts'

const talking: DeskCall = {
  key: 'a',
  id: '1',
  direction: 'out',
  remote: 'bob',
  called: 'bob',
  state: 'connected',
  heldByRemote: false,
  isConference: false,
}

function house(calls: DeskCall[] = []) {
  const fed: AgentInput[] = []
  const acts: DeskAct[] = []
  const asked = new DeskAsked({
    number: 'desk-alice',
    owner: 'alice',
    feed: (input) => fed.push(input),
    calls: () => calls,
    act: (act) => {
      acts.push(act)
      return { key: 'a' }
    },
    dialogOf: () => ({ callId: 'c', localTag: 'l', remoteTag: 'r', remote: '', remoteTarget: 'sip:bob@127.0.0.1' }),
  })
  const answers = (): unknown[] =>
    fed.flatMap((input): unknown[] =>
      input.type === 'reply' || input.type === 'refuse-watch'
        ? [input.status]
        : input.type === 'watch'
          ? ['taken']
          : [],
    )
  /** The states of the dialogs that were told last. */
  const told = (): unknown => {
    const last = fed.findLast((input) => input.type === 'notify')
    return readDialogInfo(last?.type === 'notify' ? (last.body ?? '') : '')?.dialogs.map((dialog) => [
      dialog.state,
      dialog.event,
      dialog.code,
      dialog.held,
    ])
  }
  return { asked, fed, acts, answers, told, calls }
}

function request(method: string, from: string, ...fields: string[]): SipRequest {
  const lines = [
    `${method} sip:desk-alice@127.0.0.1 SIP/2.0`,
    'Via: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bK1',
    `From: <sip:${from}@127.0.0.1>;tag=1`,
    'To: <sip:desk-alice@127.0.0.1>',
    'Call-ID: 1',
    `CSeq: 1 ${method}`,
    ...fields,
    'Content-Length: 0',
  ]
  const message = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`))
  assert(message.kind === 'request')
  return message
}
const hop = { transport: 'udp', address: '127.0.0.1', port: 1 } as const
const event = (of: SipRequest, name: string) =>
  ({ type: 'watcher', watcher: 'w', event: { type: 'asked', event: name, request: of, expiresS: 60 } }) as const

test('nobody asks but whose phone it is', () => {
  const { asked, acts, answers } = house([talking])
  asked.request({ type: 'request', id: '1', hop, request: request('NOTIFY', 'bob', 'Event: hold') })
  asked.watcher(event(request('SUBSCRIBE', 'bob'), 'dialog'))
  asked.watcher(event(request('REFER', 'bob', 'Refer-To: <sip:600@127.0.0.1>'), 'refer'))
  assert.deepEqual(answers(), [403, 403, 403])
  assert.deepEqual(acts, [])
  for (const from of ['alice', 'bob'])
    assert.equal(asked.isAnswered(request('INVITE', from, 'Answer-Mode: Auto')), from === 'alice')
})

test('what is told of a call that was refused is with what', () => {
  const { asked, told, calls } = house([{ ...talking, state: 'originated' }])
  asked.watcher(event(request('SUBSCRIBE', 'alice'), 'dialog'))
  assert.deepEqual(told(), [['trying', undefined, undefined, undefined]])
  const [call] = calls.splice(0)
  assert(call)
  asked.told({ type: 'failed', call, by: 'remote', status: 486 })
  asked.told({ type: 'cleared', call, by: 'remote' })
  assert.deepEqual(told(), [['terminated', 'rejected', 486, undefined]])
})

test('talk answers what rings before it resumes what is held, and hold holds what is meant', () => {
  const held: DeskCall = { ...talking, key: 'b', state: 'hold' }
  const { asked, acts, answers } = house([held, { ...talking, key: 'c', direction: 'in', state: 'alerting' }])
  const notify = (...fields: string[]): void =>
    asked.request({ type: 'request', id: '1', hop, request: request('NOTIFY', 'alice', ...fields) })
  notify('Event: talk')
  notify('Event: talk', 'Target-Dialog: c;local-tag=l;remote-tag=r')
  notify('Event: hold')
  notify('Event: talk', 'Target-Dialog: c;local-tag=l;remote-tag=other')
  notify('Event: conference')
  assert.deepEqual(acts, [
    { type: 'answer', key: 'c' },
    { type: 'resume', key: 'b' },
  ])
  assert.deepEqual(answers(), [200, 200, 481, 481, 489])
})

test('a REFER for a BYE ends the call of that dialog, and no other', () => {
  const { asked, acts, answers } = house([talking])
  const leave = (tag: string): void =>
    asked.watcher(
      event(
        request(
          'REFER',
          'alice',
          'Refer-To: <sip:bob@127.0.0.1;method=BYE>',
          `Target-Dialog: c;local-tag=l;remote-tag=${tag}`,
        ),
        'refer',
      ),
    )
  leave('other')
  leave('r')
  assert.deepEqual(acts, [{ type: 'leave', key: 'a' }])
  assert.deepEqual(answers(), [481, 202])
})
