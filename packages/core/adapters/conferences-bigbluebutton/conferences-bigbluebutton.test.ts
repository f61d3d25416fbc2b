import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import { type Lab, listFaults, startLab } from '@openparley/lab'
import { dnsResolver, httpRequest } from '@openparley/net'
import { seededDice, virtualClock, type VirtualClock } from '@openparley/testkit'
import { elsewhereSuite } from '../../services/conferences/elsewhere.suite.ts'
import { conferencePortSuite } from '../../services/conferences/port.suite.ts'
import type { ConferencePort } from '../../services/conferences/port.ts'
import { checksum } from './addresses.ts'
import { bigBlueButtonConferences } from './conferences-bigbluebutton.ts'

let seed = 0
interface House {
  readonly port: NonNullable<ReturnType<typeof bigBlueButtonConferences>>
  readonly clock: VirtualClock
  /** How its servers stood, each time. */
  readonly told: readonly string[]
}

function house(given: Readonly<Record<string, unknown>>): House {
  const settings = readSettings(given)
  const clock = virtualClock()
  const world = { clock, dice: seededDice(++seed), wall: () => '2026-03-10T09:00:00.000Z' }
  const told: string[] = []
  const tell = ({ is, error }: { readonly is: string; readonly error?: { readonly code: string } }): void => {
    told.push(error ? `${is} ${error.code}` : is)
  }
  const port = bigBlueButtonConferences({ world, settings, dns: () => dnsResolver(), tell })
  assert.ok(port)
  return { port, clock, told }
}

describe('the checksum of BigBlueButton’s API', () => {
  const secret = '639259d4-9dd8-4b25-bf01-95f9567eaf4b'
  const query = 'name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444'

  test('is the one of its documents', () => {
    assert.equal(
      checksum('create', query, { text: secret, algorithm: 'sha1' }),
      '1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17',
    )
  })

  test('is the one that another of its clients makes by SHA-256', () => {
    const by = { text: secret, algorithm: 'sha256' } as const
    assert.equal(checksum('create', query, by), 'da9185f7f333cfdfcd6eeac32dca3777510c4c436020d8b887ba5515bd1d189e')
    assert.equal(
      checksum('create', query.replace('Test+Meeting', 'Test+%C3%A9v%C3%A9nement'), by),
      'bedc6c6bf6edf42c5ac0f2f3c34cbc8283435029edfa590f43c670e18c4324f9',
    )
  })
})

describe('conferences at the lab’s BigBlueButton', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())
  const settings = (more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
    ...lab.bigbluebutton.settings,
    ...more,
  })
  const visit = (url: string) =>
    httpRequest({ url, trust: { verify: 'full', ca: lab.ca }, timeoutMs: 10_000, mostBytes: 100_000 })

  elsewhereSuite('bigbluebutton', async () => ({
    alice: house(settings()).port,
    bob: house(settings()).port,
    secrets: [String(lab.bigbluebutton.settings['conferences.bigbluebutton.secret'])],
  }))

  for (const algorithm of ['sha1', 'sha256', 'sha384', 'sha512'])
    test(`are made with checksums by ${algorithm}`, async () => {
      const { port } = house(settings({ 'conferences.bigbluebutton.checksum': algorithm }))
      const { invitation } = await port.create('Lunch', 'Alice')
      assert.equal((await port.find(invitation)).subject, 'Lunch')
      await port.close()
    })

  test('are entered by the addresses as the host, as a guest, and by anybody’s browser; all see who is there', async () => {
    const [alice, bob] = [house(settings()).port, house(settings()).port]
    const made = await alice.create('Lunch <b>', 'Alice')
    await visit((await alice.open?.(made, 'Alice')) ?? '')
    const found = await bob.find(made.invitation)
    assert.equal(found.subject, 'Lunch <b>')
    const seen = await visit((await bob.open?.(found, 'Bob <i>')) ?? '')
    await visit(made.invitation)
    assert.match(seen.body.toString(), /Lunch &lt;b&gt;.*Alice \(host\).*Bob &lt;i&gt; \(you\)/s)
    const members = (await bob.members?.(found)) ?? []
    assert.deepEqual(
      members.map(({ name, self, host, muted }) => [name, self, host, muted]),
      [
        ['Alice', false, true, false],
        ['Bob <i>', true, false, false],
        ['Guest', false, false, false],
      ],
    )
    await Promise.all([alice.close(), bob.close()])
  })

  test('an invitation makes nobody a host, however it is bent', async () => {
    const { port } = house(settings())
    const { invitation } = await port.create('Lunch', 'Alice')
    for (const bent of [
      invitation.replace('role=VIEWER', 'role=MODERATOR'),
      invitation.replace('Guest', 'Alice'),
      invitation.replace(/meetingID=\w/, 'meetingID=_'),
      invitation.replace(/checksum=\w+/, 'checksum='),
    ]) {
      assert.match((await visit(bent)).body.toString(), /checksumError/)
      await assert.rejects(port.find(bent), { code: 'conference-invitation-unusable' })
      await assert.rejects(port.open?.({ invitation: bent, isHost: false, can: [] }, 'Bob') ?? Promise.resolve(), {
        code: 'conference-invitation-unusable',
      })
    }
    await port.close()
  })

  test('its host ends it, and then nobody finds it', async () => {
    const [alice, bob] = [house(settings()).port, house(settings()).port]
    const made = await alice.create('Lunch', 'Alice')
    const found = await bob.find(made.invitation)
    await assert.rejects(bob.end?.(found) ?? Promise.resolve(), { code: 'conference-refused-by-server' })
    await alice.end?.(made)
    await assert.rejects(bob.find(made.invitation), { code: 'conference-invitation-unusable' })
    await assert.rejects(alice.members?.(made) ?? Promise.resolve(), { code: 'conference-unknown' })
    await alice.end?.(made)
    await Promise.all([alice.close(), bob.close()])
  })

  test('are made at the next server where one is gone, which is asked last for a while', async () => {
    const other = await startLab()
    const gone = String(other.bigbluebutton.settings['conferences.bigbluebutton.servers'])
    await other.bigbluebutton.go()
    const { port, clock } = house(
      settings({
        'conferences.bigbluebutton.servers': [gone, lab.addresses.bigbluebutton],
        'conferences.tls.verify': 'off',
      }),
    )
    const { invitation } = await port.create('Lunch', 'Alice')
    assert.ok(invitation.startsWith(lab.addresses.bigbluebutton))
    await other.bigbluebutton.comeBack()
    await port.create('Lunch', 'Alice')
    assert.equal(other.bigbluebutton.asked().length, 0)
    clock.pass(60_000)
    // That one has a secret of its own.
    await assert.rejects(port.create('Lunch', 'Alice'), { code: 'conference-refused-by-server' })
    await port.close()
    await other.close()
  })

  test('whether its server is there, and has the same secret, is told when somebody asks', async () => {
    const [right, wrong] = [house(settings()), house(settings({ 'conferences.bigbluebutton.secret': 'hush' }))]
    await Promise.all([right.port.look(), wrong.port.look()])
    assert.deepEqual([right.told, wrong.told], [['ok'], ['failed conference-refused-by-server']])
    await lab.bigbluebutton.go()
    await right.port.look()
    await lab.bigbluebutton.comeBack()
    await right.port.look()
    assert.deepEqual(right.told, ['ok', 'waiting conference-unavailable', 'ok'])
    await Promise.all([right.port.close(), wrong.port.close()])
  })

  test('a secret that is not the server’s is told as what it is, and the secret in nothing', async () => {
    const { port } = house(settings({ 'conferences.bigbluebutton.secret': 'hush-hush-hush' }))
    const error = await port.create('Lunch', 'Alice').catch((thrown: unknown) => thrown)
    assert.deepEqual(
      { ...(error as object) },
      {
        name: 'ParleyError',
        code: 'conference-refused-by-server',
        detail: 'conferences.bigbluebutton.secret, or conferences.bigbluebutton.checksum',
        peer: { protocol: 'http', text: 'checksumError' },
      },
    )
    assert.equal(String((error as Error).stack).includes('hush'), false)
    await port.close()
  })
})

conferencePortSuite('a BigBlueButton server', { skip: false }, async () => {
  const lab = await startLab({ people: [] })
  return { port: () => house(lab.bigbluebutton.settings).port, close: () => lab.close() }
})

describe('what can be made to go wrong at the lab’s BigBlueButton', { concurrency: 2 }, () => {
  const faults = listFaults().filter(({ name }) => name.startsWith('conference-'))

  test('are two faults', () => assert.equal(faults.length, 2))

  for (const { name, code, doc } of faults)
    test(`${doc} That is told as ${code}`, async () => {
      const lab = await startLab({ people: [], faults: [{ name }] })
      const { port } = house(lab.bigbluebutton.settings)
      await assert.rejects(port.create('Lunch', 'Alice'), { code })
      await port.close()
      await lab.close()
    })
})

describe('a BigBlueButton server that means harm', () => {
  const serve = async (listener: RequestListener, act: (port: ConferencePort) => Promise<void>): Promise<void> => {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = house({
      'conferences.bigbluebutton.servers': `http://127.0.0.1:${(server.address() as AddressInfo).port}/bigbluebutton`,
      'conferences.bigbluebutton.secret': 'secret',
    })
    try {
      await act(port)
    } finally {
      await port.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  const answers: Readonly<Record<string, readonly [status: number, body: string, code: string]>> = {
    HTML: [200, '<!DOCTYPE html><p>Welcome', 'conference-refused-by-server'],
    nothing: [200, '', 'conference-refused-by-server'],
    'other XML': [200, '<html><returncode>SUCCESS</returncode></html>', 'conference-refused-by-server'],
    'more than anybody reads': [200, `<response>${' '.repeat(2_000_000)}</response>`, 'conference-refused-by-server'],
    entities: [200, '<!DOCTYPE a [<!ENTITY b "c">]><response>&b;</response>', 'conference-refused-by-server'],
    depth: [200, `<response>${'<a>'.repeat(10_000)}`, 'conference-refused-by-server'],
    'a 500': [500, 'oh', 'conference-unavailable'],
    'a 429': [429, 'later', 'conference-unavailable'],
    'a refusal': [200, '<response><returncode>FAILED</returncode></response>', 'conference-refused-by-server'],
    'that it is full': [
      200,
      '<response><returncode>FAILED</returncode><messageKey>maxParticipantsReached</messageKey></response>',
      'conference-full',
    ],
  }
  for (const [what, [status, body, code]] of Object.entries(answers))
    test(`answers ${what}: it is told, and no more`, async () => {
      await serve(
        (_, response) => response.writeHead(status).end(body),
        (port) => assert.rejects(port.create('Lunch', 'Alice'), { code }),
      )
    })

  test('sends elsewhere: nobody goes there', async () => {
    let asked = 0
    await serve(
      (_, response) => {
        asked++
        response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
      },
      (port) => assert.rejects(port.create('Lunch', 'Alice'), { code: 'conference-refused-by-server' }),
    )
    assert.equal(asked, 1)
  })

  test('tells of thousands with names of any size: as many are taken as can be shown', async () => {
    const attendee = `<attendee><userID>${'u'.repeat(300)}</userID><fullName>${'n'.repeat(400)}</fullName></attendee>`
    const body = `<response><returncode>SUCCESS</returncode><attendees>${attendee.repeat(1000)}</attendees></response>`
    await serve(
      (_, response) => response.end(body),
      async (port) => {
        const made = await port.create('Lunch', 'Alice')
        const members = (await port.members?.(made)) ?? []
        assert.deepEqual(
          [members.length, members[0]?.member, members[1]?.member, members[0]?.name.length],
          [500, 'attendee 0', 'attendee 1', 256],
        )
      },
    )
  })

  test('ends with the adapter: what is under way is given up', async () => {
    const asked = Promise.withResolvers<void>()
    await serve(
      () => asked.resolve(),
      async (port) => {
        const creating = port.create('Lunch', 'Alice')
        await asked.promise
        await Promise.all([
          assert.rejects(creating, (thrown: { code?: string }) => thrown.code?.startsWith('conference-') === true),
          port.close(),
        ])
      },
    )
  })

  test('a server before 2.4 tells host and guest apart by passwords, and neither is the other or the secret', async () => {
    await serve(
      (_, response) => response.end('<response><returncode>SUCCESS</returncode></response>'),
      async (port) => {
        const made = await port.create('Lunch', 'Alice')
        const as = (address: string): string => new URL(address).searchParams.get('password') ?? ''
        const [guest, host] = [as(made.invitation), as((await port.open?.(made, 'Alice')) ?? '')]
        assert.match(guest, /^[0-9a-f]{32}$/)
        assert.match(host, /^[0-9a-f]{32}$/)
        assert.notEqual(guest, host)
        assert.equal(made.invitation.includes(createHash('sha1').update('secret').digest('hex')), false)
      },
    )
  })
})
