// Provisional responses that must arrive (RFC 3262), offers before the answer (RFC 3311), and calls that others name (RFC 3911).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SipRequest, SipResponse } from './message.ts'
import { accepted, alone, offer, theirs, within, withHeader } from './peer.suite.ts'
import { responseTo } from './responses.ts'

const reliable = (invite: SipRequest, rseq: number, tag = 'b', body?: string): SipResponse =>
  responseTo(
    invite,
    183,
    tag,
    [
      ['Require', '100rel'],
      ['RSeq', String(rseq)],
      ['Contact', '<sip:b@10.0.0.2:5060>'],
    ],
    body,
  )

test('a reliable provisional response is acknowledged by PRACK, with what it answers; a repeated or an early one is not', () => {
  const a = alone()
  const invite = a.invite()
  a.take(reliable(invite, 776))
  const [prack] = a.requests('PRACK')
  // RFC 3262 §7.2.
  assert.equal(prack?.headers.get('RAck'), '776 1 INVITE')
  assert.match(prack?.headers.get('To') ?? '', /tag=b$/)
  a.take(responseTo(prack as SipRequest, 200, 'b'))
  a.take(reliable(invite, 776))
  a.take(reliable(invite, 778))
  assert.equal(a.requests('PRACK').length, 1)
  a.take(reliable(invite, 777, 'b', offer))
  assert.equal(a.requests('PRACK').at(-1)?.headers.get('RAck'), '777 1 INVITE')
  // Each fork counts for itself (§4).
  a.take(reliable(invite, 12, 'c'))
  assert.equal(a.requests('PRACK').at(-1)?.headers.get('RAck'), '12 1 INVITE')
  assert.deepEqual(
    a.events('provisional').map(({ event }) => event.type === 'provisional' && event.body),
    [undefined, offer, undefined],
  )
})

test('the call goes on with numbers above those of the PRACK', () => {
  const a = alone()
  const invite = a.invite()
  a.take(reliable(invite, 1, 'b', offer))
  const prack = a.lastRequest('PRACK')
  a.take(responseTo(prack, 200, 'b'))
  a.take(accepted(invite, 'b'))
  a.feed({ type: 'end', session: 'one' })
  assert.equal(prack.headers.get('CSeq'), '2 PRACK')
  assert.equal(a.lastRequest('BYE').headers.get('CSeq'), '3 BYE')
})

test('who requires it gets our ringing until it is acknowledged, in longer and longer steps, and one after the other', () => {
  const a = alone()
  const invite = withHeader(theirs('INVITE'), 'Require', '100rel')
  a.take(invite)
  a.feed({ type: 'ring', session: a.incoming() })
  a.feed({ type: 'ring', session: a.incoming(), status: 182 })
  const provisional = (): SipResponse[] => a.responses().filter(({ status }) => status > 100 && status < 200)
  const [ringing] = provisional()
  assert.equal(ringing?.headers.get('Require'), '100rel')
  a.run(3600)
  // At 0, 0.5, 1.5 and 3.5 s (§3).
  assert.deepEqual(
    provisional().map(({ status }) => status),
    [180, 180, 180, 180],
  )
  const to = ringing?.headers.get('To') ?? ''
  const rseq = ringing?.headers.get('RSeq')
  const dialog = { callId: 'theirs', from: '<sip:b@10.0.0.2>;tag=b', to }
  a.take(withHeader(within(dialog, 'PRACK', 2), 'RAck', `${Number(rseq) + 5} 1 INVITE`))
  assert.equal(a.responses().at(-1)?.status, 481)
  a.take(withHeader(within(dialog, 'PRACK', 3), 'RAck', `${rseq} 1 INVITE`))
  const [taken, next] = a.responses().slice(-2)
  assert.deepEqual([taken?.status, next?.status], [200, 182])
  assert.equal(next?.headers.get('RSeq'), String(Number(rseq) + 1))
  a.take(withHeader(within(dialog, 'PRACK', 4), 'RAck', `${Number(rseq) + 1} 1 INVITE`))
  const count = provisional().length
  a.run(20_000)
  assert.equal(provisional().length, count)
  a.feed({ type: 'accept', session: a.incoming(), body: offer })
  assert.equal(a.responses().at(-1)?.status, 200)
})

test('who knows it gets our ringing for certain too, where the user agent is made so, and is told what we are', () => {
  for (const reliable of [true, false]) {
    const a = alone([], { reliable, features: ';isfocus' })
    a.take(withHeader(theirs('INVITE'), 'Supported', 'timer, 100rel'))
    a.feed({ type: 'ring', session: a.incoming(), status: 183 })
    const ringing = a.responses().at(-1) as SipResponse
    assert.equal(ringing.headers.has('RSeq'), reliable)
    assert.match(ringing.headers.get('Contact') ?? '', /^<[^>]+>;isfocus$/)
  }
})

test('ringing that nobody acknowledges ends the call after 64·T1', () => {
  const a = alone()
  a.take(withHeader(theirs('INVITE'), 'Require', '100rel'))
  a.feed({ type: 'ring', session: a.incoming() })
  a.run(40_000)
  assert.deepEqual(a.ends(), [{ is: 'timeout' }])
  a.run(200_000)
  assert.equal(a.leftover(), 0)
})

test('an offer in an early dialog is answered once ours was answered for certain, and before that it has to wait', () => {
  const a = alone()
  const invite = a.invite()
  a.take(responseTo(invite, 180, 'b', [['Contact', '<sip:b@10.0.0.2:5060>']]))
  const dialog = {
    callId: invite.headers.get('Call-ID') ?? '',
    from: `${invite.headers.get('To')};tag=b`,
    to: invite.headers.get('From') ?? '',
  }
  const update = (cseq: number): SipRequest => {
    const request = withHeader(within(dialog, 'UPDATE', cseq), 'Content-Type', 'application/sdp')
    request.body = new TextEncoder().encode(offer)
    return request
  }
  a.take(update(1))
  assert.equal(a.responses().at(-1)?.status, 491)
  a.take(reliable(invite, 1, 'b', offer))
  a.take(update(2))
  assert.deepEqual(a.events('offered').at(-1)?.event, { type: 'offered', body: offer })
  a.feed({ type: 'answer', session: 'one', body: 'v=0\r\ns=early\r\n' })
  const answered = a.responses().at(-1) as SipResponse
  assert.deepEqual([answered.status, new TextDecoder().decode(answered.body)], [200, 'v=0\r\ns=early\r\n'])
  // What is not decided on when the call is answered is over.
  a.take(update(3))
  a.take(accepted(invite, 'b'))
  assert.equal(a.responses().at(-1)?.status, 500)
})

test('an INVITE that wants to join a call says which; of no such call, or with Replaces beside, it is refused', () => {
  const a = alone()
  const { dialog, invite } = a.established()
  const tagOf = (value: string): string => /tag=(\w+)/.exec(value)?.[1] ?? ''
  const join = `${dialog.callId};to-tag=${tagOf(invite.headers.get('From') ?? '')};from-tag=b`
  const joining = (value: string, branch: string): SipRequest => {
    const request = withHeader(theirs('INVITE'), 'Join', value)
    request.headers.set('Via', `SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK${branch}`)
    request.headers.set('Call-ID', branch)
    return request
  }
  a.take(joining(join, 'good'))
  const told = a.events('incoming').at(-1)?.event
  assert(told?.type === 'incoming')
  assert.equal(told.joins, 'one')
  a.take(joining('nobody;to-tag=x;from-tag=y', 'unknown'))
  assert.equal(a.responses().at(-1)?.status, 481)
  a.take(withHeader(joining(join, 'both'), 'Replaces', join))
  assert.equal(a.responses().at(-1)?.status, 400)
})

test('a re-INVITE or UPDATE tells who they are now', () => {
  const a = alone()
  const { dialog } = a.established()
  const update = withHeader(within(dialog, 'UPDATE', 1), 'P-Asserted-Identity', '"Carol" <sip:carol@x>')
  a.take(update)
  const told = a.events('updated').at(-1)?.event
  assert(told?.type === 'updated')
  assert.equal(told.headers.get('P-Asserted-Identity'), '"Carol" <sip:carol@x>')
})
