// What no server here does of itself: sipp plays it by scripts of ours, and checks what it gets.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { startLab } from '@openparley/lab'
import { until, whenInstalled } from '../peer.ts'
import { answers, dial, hangUp, type Signed, seen, signIn } from '../person.ts'
import {
  answer,
  asks,
  calls,
  end,
  goesOn,
  invited,
  notesDialog,
  otherwise,
  recv,
  reply,
  response,
  script,
  sdp,
} from './script.ts'
import { type Sipp, sippPlays } from './start.ts'

const options = whenInstalled('sip-tester', ['sipp'])

/** What a test has started, ended after it whatever became of it. */
const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of started.splice(0).reverse()) await end()
})

async function plays(...parameters: Parameters<typeof sippPlays>): Promise<Sipp> {
  const sipp = await sippPlays(...parameters)
  started.push(() => sipp.stop())
  return sipp
}

async function person(settings: Readonly<Record<string, unknown>>): Promise<Signed> {
  const signed = await signIn(settings)
  started.push(() => signed.close())
  return signed
}

/** A phone whose server is sipp. */
const phoneAt = (sipp: Sipp, more: Record<string, unknown> = {}): Promise<Signed> =>
  person({
    'softphone.servers': `sip:127.0.0.1:${sipp.port};transport=udp`,
    'softphone.user': 'alice',
    'softphone.register': false,
    'softphone.messages': false,
    ...more,
  })

async function wentWell(sipp: Sipp): Promise<void> {
  assert.equal(await sipp.ended, 0, sipp.log().slice(-3000))
}

const hungUp = [recv('BYE'), reply(200)]

test(
  'progress that sipp sends reliably is acknowledged, and it changes the sound before it answers',
  options,
  async () => {
    const sipp = await plays(
      script(
        invited([['Supported', '100rel']]),
        answer(183, { headers: ['Require: 100rel', 'RSeq: 7'], sdp: sdp() }),
        recv('PRACK', [['RAck', '7 [0-9]+ INVITE']]),
        reply(200),
        asks('UPDATE', 1, { sdp: sdp({ version: 2, payload: '8 PCMA' }) }),
        response(200, [['body', 'm=audio [1-9][0-9]* RTP/AVP 8']]),
        answer(200),
        recv('ACK'),
        ...hungUp,
      ),
    )
    const alice = await phoneAt(sipp)
    const { call } = await alice.session.calls.dial({ to: 'service' })
    await seen(alice, call, ({ earlyMedia }) => earlyMedia)
    await seen(alice, call, ({ state }) => state === 'connected')
    assert.equal((await alice.session.calls.statistics({ call })).codec, 'PCMA')
    await hangUp(alice.session, call)
    await wentWell(sipp)
  },
)

test('a code that sipp asks for by KPML is told to it alone, and written to the history', options, async () => {
  const wanted = `<?xml version="1.0"?>
<kpml-request xmlns="urn:ietf:params:xml:ns:kpml-request" version="1.0">
<pattern><regex>xxxx#</regex></pattern>
</kpml-request>`
  const sipp = await plays(
    script(
      invited(),
      answer(183, { sdp: sdp() }),
      asks('SUBSCRIBE', 1, {
        headers: ['Event: kpml', 'Expires: 60', 'Accept: application/kpml-response+xml'],
        body: ['application/kpml-request+xml', wanted],
      }),
      response(200),
      recv('NOTIFY', [['Subscription-State', 'active']]),
      reply(200),
      recv('NOTIFY', [
        ['Subscription-State', 'terminated'],
        ['body', 'code="200".*digits="4711#"'],
      ]),
      reply(200),
      answer(200, { sdp: sdp() }),
      recv('ACK'),
      ...hungUp,
    ),
  )
  const alice = await phoneAt(sipp, { 'calls.codes.when': 'asked' })
  const { call } = await alice.session.calls.dial({ to: 'service', codes: { account: '4711' } })
  await seen(alice, call, ({ state }) => state === 'connected')
  await hangUp(alice.session, call)
  await wentWell(sipp)
  const { entries } = await alice.session.history.list({})
  assert.equal(entries[0]?.account, '4711')
})

test('sipp holds a call by inactive and by no address, and resumes it', options, async () => {
  const offers = [
    sdp({ version: 2, direction: 'inactive' }),
    sdp({ version: 3 }),
    sdp({ version: 4, direction: '', connection: '0.0.0.0' }),
    sdp({ version: 5 }),
  ]
  const sipp = await plays(
    script(
      invited(),
      answer(200, { sdp: sdp() }),
      recv('ACK'),
      ...offers.flatMap((offer, at) => [
        asks('INVITE', at + 1, { sdp: offer }),
        response(200, [['body', at === 0 ? 'a=inactive' : 'm=audio [1-9][0-9]* RTP/AVP 0']]),
        asks('ACK', at + 1),
      ]),
      asks('BYE', 5),
      response(200),
    ),
  )
  const alice = await phoneAt(sipp)
  const held: string[] = []
  const watched = (async () => {
    for await (const seen of alice.session.calls.watch({ signal: AbortSignal.timeout(15_000) })) {
      if (seen.type !== 'change' || seen.change.type !== 'call') continue
      const { call } = seen.change
      if (call.held !== held.at(-1)) held.push(call.held)
      if (call.state === 'ended') return
    }
  })()
  await dial(alice.session, 'service')
  await watched
  assert.deepEqual(held, ['no', 'remote', 'no', 'remote', 'no'])
  await wentWell(sipp)
})

test('whom sipp sends us on to by 302 is called, without asking', options, async () => {
  const sipp = await plays(
    script(
      invited([], 'sip:there@'),
      answer(302, { headers: ['Contact: "There" <sip:there@[local_ip]:[local_port]>'] }),
      recv('ACK', [], 'next="end"'),
      otherwise,
      answer(200, { sdp: sdp() }),
      recv('ACK'),
      ...hungUp,
      end,
    ),
    { calls: 2 },
  )
  const alice = await phoneAt(sipp)
  const call = await dial(alice.session, 'here')
  assert.deepEqual([call.state, call.remote.number, call.remote.displayName], ['connected', 'there', 'There'])
  await hangUp(alice.session, call.id)
  await wentWell(sipp)
})

test('a gateway of sipp that is unavailable as somebody is busy says that they are', options, async () => {
  const sipp = await plays(
    script(invited(), answer(503, { headers: ['Reason: Q.850;cause=17;text="User busy"'] }), recv('ACK')),
  )
  const alice = await phoneAt(sipp)
  const { end } = await dial(alice.session, 'service')
  assert.deepEqual([end?.error?.code, end?.peer?.status], ['call-busy', 503])
  await wentWell(sipp)
})

/** Bob at a registrar, through which sipp reaches him. */
async function bobAtLab(more: Record<string, unknown> = {}): Promise<{ bob: Signed; to: readonly [string, string] }> {
  const lab = await startLab()
  started.push(() => lab.close())
  const bob = await person({ ...lab.settingsOver('bob', 'udp'), ...more })
  return { bob, to: ['bob', lab.addresses.sip.udp] }
}

test('messages that sipp tells of without being asked light the light', options, async () => {
  const { bob, to } = await bobAtLab({ 'softphone.messages': false })
  const light = (async () => {
    for await (const _ of bob.session.phones.watch({ signal: AbortSignal.timeout(10_000) })) {
      const { messages } = (await bob.session.phones.get()).state.phones[0] ?? {}
      if (messages?.waiting) return messages
    }
    throw new Error('it was not lit')
  })()
  const body = 'Messages-Waiting: yes\nMessage-Account: sip:bob@127.0.0.1\nVoice-Message: 3/8 (1/2)\n'
  const sipp = await plays(
    script(
      calls('NOTIFY', {
        headers: ['Event: message-summary', 'Subscription-State: active'],
        body: ['application/simple-message-summary', body],
      }),
      response(200),
    ),
    { to },
  )
  const messages = await light
  assert.deepEqual(messages, { waiting: true, fresh: 3, old: 8 })
  await wentWell(sipp)
})

test('what sipp says of a call is shown, and it is answered at once where it asks', options, async () => {
  const { bob, to } = await bobAtLab({ 'calls.autoAnswer': 'asked' })
  const sipp = await plays(
    script(
      calls('INVITE', {
        headers: [
          'Alert-Info: <http://127.0.0.1/Bellcore-dr2>',
          'Call-Info: <sip:127.0.0.1>;answer-after=0',
          'Diversion: "Carol" <sip:carol@127.0.0.1>;reason=no-answer',
          'Remote-Party-ID: "Dora" <sip:dora@127.0.0.1>;party=calling;screen=yes;privacy=off',
        ],
        sdp: sdp(),
      }),
      response(200),
      goesOn('ACK', 1),
      recv('BYE'),
      reply(200),
    ),
    { to },
  )
  const signal = AbortSignal.timeout(10_000)
  for await (const { id } of bob.session.calls.incoming({ signal })) {
    const call = await seen(bob, id, ({ state }) => state === 'connected')
    assert.equal(call.alert, 'Bellcore-dr2')
    assert.deepEqual([call.divertedBy?.displayName, call.divertedBy?.number], ['Carol', 'carol'])
    assert.deepEqual([call.remote.displayName, call.remote.number], ['Dora', 'dora'])
    await hangUp(bob.session, id)
    break
  }
  await wentWell(sipp)
})

test('a call from sipp whose precedence nobody knows is refused with those that are known', options, async () => {
  const { to } = await bobAtLab()
  const sipp = await plays(
    script(
      calls('INVITE', { headers: ['Resource-Priority: xyz.9', 'Require: resource-priority'], sdp: sdp() }),
      response(417, [['Accept-Resource-Priority', 'dsn.flash']]),
      goesOn('ACK', 1),
    ),
    { to },
  )
  await wentWell(sipp)
})

/** sipp calls, and is hung up on. */
const caller = (headers: readonly string[], ending: Parameters<typeof recv>[1] = [], isNoted = false): string =>
  script(
    calls('INVITE', { headers, sdp: sdp() }),
    response(200),
    goesOn('ACK', 1),
    ...(isNoted ? [notesDialog] : []),
    recv('BYE', ending),
    reply(200),
  )

test('a more important call from sipp takes the place of another, which is told why', options, async () => {
  const { bob, to } = await bobAtLab({ 'calls.max': 1 })
  const coming = answers(bob)
  const less = await plays(caller(['Resource-Priority: dsn.routine'], [['Reason', 'preemption *;cause=1']]), { to })
  const first = await coming
  await seen(bob, first, ({ state }) => state === 'connected')
  const next = answers(bob)
  const more = await plays(caller(['Resource-Priority: dsn.flash']), { to })
  const { end } = await seen(bob, first, ({ state }) => state === 'ended')
  assert.equal(end?.error?.code, 'call-preempted')
  await wentWell(less)
  const second = await next
  const call = await seen(bob, second, ({ state }) => state === 'connected')
  assert.deepEqual(call.precedence, { namespace: 'dsn', level: 'flash', rank: 3 })
  await hangUp(bob.session, second)
  await wentWell(more)
})

/** One sipp is in a call with Bob; another calls and names that call in a header. */
async function called(header: 'Replaces' | 'Join'): Promise<{ bob: Signed; first: string; one: Sipp; other: Sipp }> {
  const { bob, to } = await bobAtLab()
  const coming = answers(bob)
  const one = await plays(caller([], [], true), { to })
  const first = await coming
  await until('sipp has noted the dialog', () => one.noted().includes('\n'), one)
  const [id, theirs, ours] = one.noted().trim().split(' ') as [string, string, string]
  const other = await plays(caller([`${header}: ${id};to-${ours.slice(1)};from-tag=${theirs}`]), { to })
  return { bob, first, one, other }
}

test('a call from sipp takes the place of the one with another sipp that it names', options, async () => {
  const { bob, first, one, other } = await called('Replaces')
  await wentWell(one)
  const call = await seen(bob, first, ({ remote }) => remote.uri?.includes(`:${other.port}`) ?? false)
  assert.equal(call.state, 'connected')
  await hangUp(bob.session, first)
  await wentWell(other)
})

test(
  'a call from sipp joins the one with another sipp that it names: all three are in a conference',
  options,
  async () => {
    const { bob, first, one, other } = await called('Join')
    const second = await answers(bob)
    const { conference, joins } = await seen(bob, second, (call) => call.conference !== undefined)
    assert.equal(joins, first)
    await seen(bob, first, (call) => call.conference === conference)
    await hangUp(bob.session, first)
    await hangUp(bob.session, second)
    await wentWell(one)
    await wentWell(other)
  },
)
