// One agent against a peer played by hand: what a well-behaved second agent would never send.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forSeeds } from '@openparley/testkit'
import type { Headers, SipMessage, SipRequest } from './message.ts'
import {
  accepted,
  alone,
  challenge,
  inviting,
  offer,
  other,
  peer,
  theirs,
  within,
  withHeader,
  without,
} from './peer.suite.ts'
import { responseTo } from './responses.ts'
import type { Hop } from './transactions.ts'
import { writeMessage } from './write.ts'

test('a call that rings for too long is cancelled and told as unanswered, not as ended', () => {
  const a = alone()
  const invite = a.invite()
  a.take(responseTo(invite, 180, 'b'))
  a.run(60_000)
  const cancel = a.lastRequest('CANCEL')
  a.take(responseTo(cancel, 200, 'b'))
  a.take(responseTo(invite, 487, 'b'))
  assert.deepEqual(a.ends(), [{ is: 'unanswered' }])
})

test('who hangs up while a proxy asks for credentials is not called again', () => {
  const a = alone()
  const invite = a.invite()
  a.take(responseTo(invite, 100, ''))
  a.feed({ type: 'end', session: 'one' })
  a.take(challenge(invite, 407, 'Proxy-Authenticate', 'r'))
  a.answerChallenges()
  a.run(100_000)
  assert.equal(a.requests('INVITE').length, 1)
  assert.equal(a.ends().length, 1)
  assert.equal(a.leftover(), 0)
})

test('who hangs up is not called at the next address', () => {
  const a = alone()
  a.feed({ ...inviting, uri: 'sip:b@example.com' })
  const ask = a.effects.find((effect) => effect.type === 'resolve')
  assert(ask?.type === 'resolve')
  a.feed({ type: 'resolved', id: ask.id, hops: [peer, other] })
  a.feed({ type: 'end', session: 'one' })
  a.run(100_000)
  assert.deepEqual(new Set(a.sent().map(({ hop }) => hop.address)), new Set(['10.0.0.2']))
  assert.equal(a.ends().length, 1)
  assert.equal(a.leftover(), 0)
})

test('hanging up while the address is looked up, or the password asked for, ends the call', () => {
  const a = alone()
  a.feed({ ...inviting, uri: 'sip:b@example.com' })
  a.feed({ type: 'end', session: 'one' })
  a.run(100_000)
  assert.equal(a.ends().length, 1)
  assert.equal(a.leftover(), 0)

  const b = alone()
  b.take(challenge(b.invite(), 407, 'Proxy-Authenticate', 'r'))
  b.feed({ type: 'end', session: 'one' })
  b.run(100_000)
  assert.equal(b.ends().length, 1)
  assert.equal(b.leftover(), 0)
})

test('credentials or an address that never come do not hold a request for ever', () => {
  const a = alone()
  const ask = { method: 'OPTIONS', from: '<sip:a@x>', to: '<sip:b@x>' } as const
  a.feed({ type: 'ask', id: '1', uri: 'sip:10.0.0.2', ...ask })
  a.take(challenge(a.lastRequest('OPTIONS'), 401, 'WWW-Authenticate', 'r'))
  a.feed({ type: 'ask', id: '2', uri: 'sip:example.com', ...ask })
  a.run(200_000)
  const failures = a.effects.filter((effect) => effect.type === 'unanswered')
  assert.deepEqual(new Set(failures.map((effect) => effect.type === 'unanswered' && effect.id)), new Set(['1', '2']))
  assert.equal(failures.length, 2)
  assert.equal(a.leftover(), 0)
})

test('a second branch that answers too is acknowledged and ended; a repeated 200 is acknowledged again', () => {
  const a = alone()
  const invite = a.invite()
  a.take(responseTo(invite, 180, 'b1'))
  a.take(responseTo(invite, 180, 'b2'))
  const first = accepted(invite, 'b1')
  a.take(first)
  a.take(accepted(invite, 'b2'))
  a.take(first)
  const acks = a.requests('ACK').map(({ headers }) => /tag=(\w+)/.exec(headers.get('To') ?? '')?.[1])
  assert.deepEqual(acks, ['b1', 'b2', 'b1'])
  const byes = a.requests('BYE').map(({ headers }) => /tag=(\w+)/.exec(headers.get('To') ?? '')?.[1])
  assert.deepEqual(byes, ['b2'])
  assert.equal(a.ends().length, 0)
})

test('a proxy and a server that both ask, each of its own realm, both get their proof', () => {
  const a = alone()
  const first = a.invite()
  a.take(challenge(first, 407, 'Proxy-Authenticate', 'proxy'))
  a.answerChallenges()
  const second = a.lastRequest('INVITE')
  a.take(challenge(second, 401, 'WWW-Authenticate', 'server'))
  const asked = a.effects.filter((effect) => effect.type === 'challenged')
  assert.deepEqual(
    asked.map((effect) => effect.type === 'challenged' && effect.again),
    [false, false],
  )
  a.answerChallenges()
  const third = a.lastRequest('INVITE')
  assert.deepEqual([third.headers.count('Proxy-Authorization'), third.headers.count('Authorization')], [1, 1])
  a.take(accepted(third, 'b'))
  // §22.1: the ACK bears what the INVITE bore.
  const ack = a.lastRequest('ACK')
  assert.equal(ack.headers.get('Authorization'), third.headers.get('Authorization'))
  assert.equal(ack.headers.get('Proxy-Authorization'), third.headers.get('Proxy-Authorization'))
})

test('the same realm that asks again, and does not say stale, has not taken what it got', () => {
  const a = alone()
  a.take(challenge(a.invite(), 407, 'Proxy-Authenticate', 'r'))
  a.answerChallenges()
  a.take(challenge(a.lastRequest('INVITE'), 407, 'Proxy-Authenticate', 'r'))
  const asked = a.effects.filter((effect) => effect.type === 'challenged')
  assert.deepEqual(
    asked.map((effect) => effect.type === 'challenged' && effect.again),
    [false, true],
  )
})

test('a 422 raises the interval, and the ACK of a 422 that is repeated is still whole', () => {
  const a = alone()
  const invite = a.invite()
  const refusal = responseTo(invite, 422, 'b', [['Min-SE', '3600']])
  a.take(refusal)
  const again = a.lastRequest('INVITE')
  assert.equal(again.headers.get('Session-Expires'), '3600')
  assert.equal(again.headers.get('CSeq'), '2 INVITE')
  a.take(refusal)
  const [first, second] = a.requests('ACK')
  assert.equal(second?.headers.get('Via'), first?.headers.get('Via'))
  assert(first?.headers.get('Via'))
})

test('a re-INVITE that is cancelled gets 487, its CANCEL 200, and the call goes on', () => {
  const a = alone()
  const { dialog } = a.established()
  const again = within(dialog, 'INVITE', 2)
  again.body = new TextEncoder().encode(offer)
  again.headers.append('Content-Type', 'application/sdp')
  a.take(again)
  a.take({ ...again, method: 'CANCEL', headers: again.headers.clone().set('CSeq', '2 CANCEL') })
  assert.deepEqual(
    a
      .responses()
      .slice(-2)
      .map(({ status, headers }) => `${status} ${headers.get('CSeq')}`)
      .toSorted(),
    ['200 2 CANCEL', '487 2 INVITE'],
  )
  assert.equal(a.ends().length, 0)
})

test('an offer of theirs that nobody answers is refused before they give up', () => {
  const a = alone()
  const { dialog } = a.established()
  const again = within(dialog, 'INVITE', 2)
  again.body = new TextEncoder().encode(offer)
  again.headers.append('Content-Type', 'application/sdp')
  a.take(again)
  a.run(32_000)
  const final = a.responses().findLast(({ headers }) => headers.get('CSeq') === '2 INVITE')
  assert.equal(final?.status, 488)
  assert.equal(a.ends().length, 0)
})

test('a request that the user never answers does not stay for ever', () => {
  const a = alone(['INFO'])
  const { dialog } = a.established()
  a.take(within(dialog, 'INFO', 2))
  assert.equal(a.effects.filter((effect) => effect.type === 'request').length, 1)
  a.run(60_000)
  assert.equal(a.agent.alive.transactions, 0)
})

test('numbers that run backwards get 500, a dialog that is not ours 481, and neither ends the call', () => {
  const a = alone(['INFO'])
  const { dialog } = a.established()
  a.take(within(dialog, 'INFO', 5))
  a.take(within(dialog, 'INFO', 4))
  assert.equal(a.responses().at(-1)?.status, 500)
  const foreign = within(dialog, 'BYE', 6)
  foreign.headers.set('From', '<sip:b@10.0.0.2>;tag=else')
  a.take(foreign)
  assert.equal(a.responses().at(-1)?.status, 481)
  assert.equal(a.ends().length, 0)
})

test('the same request by two ways is answered once, the other gets 482', () => {
  const a = alone()
  const invite = theirs('INVITE')
  a.take(invite)
  const copy = {
    ...invite,
    headers: invite.headers.clone().set('Via', 'SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKother'),
  }
  a.take(copy)
  assert.equal(a.responses().at(-1)?.status, 482)
  assert.equal(a.events('incoming').length, 1)
})

test('what is not known is refused by the status of its RFC', () => {
  const cases: [SipRequest, number][] = [
    [theirs('FLY'), 501],
    [theirs('REFER'), 405],
    [withHeader(theirs('INVITE'), 'Accept', 'text/plain'), 406],
    [withHeader({ ...theirs('INVITE'), body: new Uint8Array([1]) }, 'Content-Encoding', 'gzip'), 415],
    [theirs('BYE'), 481],
    [theirs('OPTIONS'), 200],
    [{ ...theirs('OPTIONS'), uri: 'ftp:host' }, 416],
    [withHeader(theirs('INVITE'), 'Require', 'magic'), 420],
    [withHeader(theirs('INVITE'), 'Session-Expires', '30', 'Supported', 'timer'), 422],
    [without(theirs('INVITE'), 'Contact'), 400],
  ]
  for (const [request, status] of cases) {
    const a = alone()
    a.take(request)
    assert.equal(a.responses().at(-1)?.status, status, `${request.method} ${request.uri}`)
  }
})

test('an INVITE whose ACK never comes is repeated, then ended by BYE and told', () => {
  const a = alone()
  a.take(theirs('INVITE'))
  a.feed({ type: 'accept', session: a.incoming(), body: offer })
  // §13.3.1.4: at 0, 0.5, 1.5, 3.5, 7.5 s, and from there on every 4 s, for 32 s.
  for (const [until, times] of [
    [499, 1],
    [500, 2],
    [1500, 3],
    [3500, 4],
    [7500, 5],
    [11_500, 6],
    [31_500, 11],
  ] as const) {
    a.run(until)
    assert.equal(a.responses().filter(({ status }) => status === 200).length, times, `at ${until} ms`)
  }
  a.run(32_400)
  assert.equal(a.requests('BYE').length, 1)
  assert.deepEqual(a.ends(), [{ is: 'unacknowledged' }])
})

test('a 200 without Contact and without a tag makes a call all the same, and it can be ended', () => {
  const a = alone()
  const invite = a.invite()
  const ok = responseTo(invite, 200, 'b', [], offer)
  ok.headers.set('To', '<sip:b@10.0.0.2>')
  a.take(ok)
  assert.equal(a.events('accepted').length, 1)
  a.feed({ type: 'end', session: 'one' })
  const bye = a.lastRequest('BYE')
  assert.equal(bye.uri, invite.uri)
  assert.equal(bye.headers.get('To'), '<sip:b@10.0.0.2>')
  a.take(responseTo(bye, 200, ''))
  a.run(100_000)
  assert.equal(a.leftover(), 0)
})

test('what is too large for a datagram goes by TCP, and by UDP where nobody takes it there (§18.1.1)', () => {
  const a = alone()
  a.feed({ ...inviting, body: `${offer}${'a=x\r\n'.repeat(300)}` })
  assert.deepEqual(a.sent()[0]?.hop, { ...peer, transport: 'tcp' })
  assert.match(a.lastRequest('INVITE').headers.get('Via') ?? '', /^SIP\/2\.0\/TCP /)
  a.feed({ type: 'hop-failed', hop: { ...peer, transport: 'tcp' }, cause: 'refused' })
  assert.deepEqual(a.sent().at(-1)?.hop, peer)
  assert.match(a.lastRequest('INVITE').headers.get('Via') ?? '', /^SIP\/2\.0\/UDP /)
  assert.equal(a.ends().length, 0)
})

test('a BYE before the answer ends the ringing: it is answered, and so is the INVITE (§15.1.2)', () => {
  const a = alone()
  a.take(theirs('INVITE'))
  a.feed({ type: 'ring', session: a.incoming() })
  const to = a.responses().at(-1)?.headers.get('To') as string
  a.take(within({ callId: 'theirs', from: '<sip:b@10.0.0.2>;tag=b', to }, 'BYE', 2))
  const answers = a.responses().map(({ status, headers }) => `${status} ${headers.get('CSeq')}`)
  assert.deepEqual(answers.slice(-2), ['200 2 BYE', '487 1 INVITE'])
  assert.deepEqual(a.ends(), [{ is: 'cancelled' }])
})

test('an offer made before the ACK is sent when the ACK has come', () => {
  const a = alone()
  a.take({ ...theirs('INVITE'), body: new TextEncoder().encode(offer) })
  const session = a.incoming()
  a.feed({ type: 'accept', session, body: offer })
  const dialog = { callId: 'theirs', from: '<sip:b@10.0.0.2>;tag=b', to: a.responses().at(-1)?.headers.get('To') ?? '' }
  a.take(within(dialog, 'ACK', 1))
  a.take({ ...within(dialog, 'INVITE', 2), body: new TextEncoder().encode('v=0\r\ns=2\r\n') })
  a.feed({ type: 'answer', session, body: offer })
  a.feed({ type: 'offer', session, body: 'v=0\r\ns=hold\r\n' })
  assert.equal(a.requests('INVITE').length, 0)
  a.take(within(dialog, 'ACK', 2))
  a.run(a.now())
  assert.equal(new TextDecoder().decode(a.lastRequest('INVITE').body), 'v=0\r\ns=hold\r\n')
})

test('the BYE to a second phone that is asked for proof counts on in its own dialog', () => {
  const a = alone()
  const invite = a.invite()
  a.take(accepted(invite, 'b1'))
  a.take(accepted(invite, 'b2'))
  a.take(challenge(a.lastRequest('BYE'), 401, 'WWW-Authenticate', 'r'))
  a.answerChallenges()
  assert.deepEqual(
    a.requests('BYE').map(({ headers }) => headers.get('CSeq')),
    ['2 BYE', '3 BYE'],
  )
})

test('requests in a dialog follow its route set, loose or strict', () => {
  for (const [route, uri, routes] of [
    ['<sip:10.0.0.9;lr>', 'sip:b@10.0.0.2:5060', ['<sip:10.0.0.9;lr>']],
    ['<sip:10.0.0.9>', 'sip:10.0.0.9', ['<sip:b@10.0.0.2:5060>']],
  ] as const) {
    const a = alone()
    const invite = a.invite()
    const ok = accepted(invite, 'b')
    ok.headers.append('Record-Route', route)
    a.take(ok)
    a.feed({ type: 'end', session: 'one' })
    const bye = a.lastRequest('BYE')
    assert.equal(bye.uri, uri)
    assert.deepEqual(bye.headers.all('Route'), routes)
    assert.equal(a.sent().at(-1)?.hop.address, '10.0.0.9')
  }
})

test('a connection that breaks fails what waits on it at once', () => {
  const a = alone()
  const tcp: Hop = { transport: 'tcp', address: '10.0.0.2', port: 5060 }
  a.feed({ ...inviting, hop: tcp })
  a.take(responseTo(a.lastRequest('INVITE'), 180, 'b'), { ...tcp, flow: 'tcp 10.0.0.2 5060' })
  a.feed({ type: 'hop-failed', hop: tcp, cause: 'reset' })
  assert.deepEqual(a.ends(), [{ is: 'transport', detail: 'reset' }])
  a.run(100_000)
  assert.equal(a.leftover(), 0)
})

test('nothing that a peer sends makes the agent throw, whatever is missing, doubled or mangled', () => {
  forSeeds(3000, (roll) => {
    const a = alone(['INFO'])
    const { dialog, invite } = a.established()
    const methods = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'UPDATE', 'INFO', 'OPTIONS', 'PRACK']
    for (let i = 0; i < 6; i++) {
      const method = methods[Math.floor(roll() * methods.length)] as string
      const statuses = [100, 180, 200, 302, 401, 407, 422, 481, 491, 500, 503, 699]
      const message: SipMessage =
        roll() < 0.3
          ? responseTo(invite, statuses[Math.floor(roll() * statuses.length)] as number, 'b')
          : roll() < 0.5
            ? theirs(method)
            : within(dialog, method, Math.floor(roll() * 6))
      mangle(message.headers, roll)
      try {
        a.take(message)
        if (roll() < 0.5) a.feed({ type: 'answer', session: 'one', body: offer })
        if (roll() < 0.2 && a.events('incoming').length > 0) {
          a.feed({ type: roll() < 0.5 ? 'ring' : 'accept', session: a.incoming(), body: offer })
        }
        a.run(a.now() + roll() * 5000)
      } catch (error) {
        throw new Error(`${method}\n${writeMessage(message).toString()}`, { cause: error })
      }
    }
  })
})

function mangle(headers: Headers, roll: () => number): void {
  const names = ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Contact', 'Record-Route', 'Session-Expires', 'Require']
  for (let i = 0; i < 2; i++) {
    const name = names[Math.floor(roll() * names.length)] as string
    const value = headers.get(name) ?? ''
    const chance = roll()
    if (chance < 0.3) headers.remove(name)
    else if (chance < 0.5) headers.set(name, value.slice(0, Math.floor(roll() * value.length)))
    else if (chance < 0.6) headers.set(name, `"${value}`)
    else if (chance < 0.7) headers.set(name, '*')
    else if (chance < 0.8) headers.append(name, value)
    else if (chance < 0.9) headers.set(name, value.replace(/\d/g, '99999999999'))
  }
}
