// `parley call` and `parley answer`: however they end, the last line is `ended`, and it is there once.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type ErrorCode, errors, type SettingsInput } from '@openparley/contract'
import { type Lab, startLab } from '@openparley/lab'
import { connect } from '@openparley/sdk'
import { type Begun, begin, here, homeFor, main, type Ran, run } from './command.ts'
import { settled } from './signing-in.ts'

interface Place {
  readonly home: string
  readonly lab: Lab
  /** Writes settings and gives the file. */
  settings(person: number, more?: Record<string, unknown>): Promise<string>
}

async function place(t: TestContext): Promise<Place> {
  const home = await homeFor(t)
  const lab = await startLab({ lines: { alice: ['2001'] } })
  t.after(() => lab.close())
  let files = 0
  return {
    home,
    lab,
    settings: async (person, more = {}) => {
      const file = join(home, `settings-${++files}.json`)
      await writeFile(file, JSON.stringify({ ...lab.people[person]?.settings, ...more }), { mode: 0o600 })
      return file
    },
  }
}

interface Ended {
  readonly answered: boolean
  readonly end: { readonly by: string }
  readonly code?: string
  readonly sentence?: string
  readonly next?: string
  readonly statistics?: object
}

/** The one `ended`, which is the last line. */
function endedOf({ out, complaint }: Ran): Ended {
  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string })
  assert.deepEqual(
    events.flatMap(({ event }, index) => (event === 'ended' ? [index - events.length] : [])),
    [-1],
    `${out}\n${complaint}`,
  )
  return events.at(-1) as unknown as Ended
}

const at = (begun: Begun, event: string): Promise<string> =>
  begun.line((line) => (JSON.parse(line) as { event: string }).event === event)

/** A Node that is too old for the sources: the launcher starts another and hands signals on. */
function oldNode(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      const node = join(folder, 'node')
      const [major = 0] = execFileSync(node, ['--version'], { encoding: 'utf8' }).slice(1).split('.').map(Number)
      if (major >= 18 && major < 22) return node
    } catch {
      // None there.
    }
  }
  return undefined
}

describe('a call in the process of the command', { concurrency: 2 }, () => {
  for (const [what, code, args] of [
    ['a number that is none', 'number-invalid', ['sip:']],
    ['a file to say that is not there', 'media-file-unreadable', ['600', '--play', 'nothing-here.wav']],
    // A file is no folder, whoever asks.
    ['a recording that cannot be written', 'media-file-unwritable', ['600', '--record', `${main}/a.wav`]],
  ] as const) {
    test(`with ${what} ends with ${code} and a sentence`, async (t) => {
      const { home, settings } = await place(t)
      const ran = await run(home, 'call', ...args, '--settings', await settings(0), '--json')
      const { sentence, ...rest } = endedOf(ran)
      const { sentence: expected, next } = errors[code as ErrorCode]
      assert.ok(sentence?.startsWith(expected), sentence)
      assert.deepEqual({ ...rest }, { event: 'ended', answered: false, end: { by: 'local' }, code, next })
      assert.equal(ran.status, 1)
    })
  }

  test('with settings that are not there or of a wrong form ends and says so', async (t) => {
    const home = await homeFor(t)
    for (const args of [
      ['--settings', 'nowhere.json'],
      ['--settings', 'nowhere.json', '--for-ms', 'soon'],
    ]) {
      const ran = await run(home, 'answer', ...args, '--json')
      const { answered, sentence = '' } = endedOf(ran)
      assert.deepEqual([answered, ran.status], [false, 1])
      assert.match(sentence, args.length > 2 ? /--for-ms takes a number/ : /nowhere\.json cannot be read/)
    }
  })

  test('that comes in and cannot be recorded is declined, and the caller is not left ringing', async (t) => {
    const { home, settings } = await place(t)
    const answering = begin(
      home,
      here,
      'answer',
      '--settings',
      await settings(1),
      '--record',
      `${main}/a.wav`,
      '--json',
    )
    await at(answering, 'ready')
    const caller = endedOf(await run(home, 'call', 'bob', '--settings', await settings(0), '--json'))
    assert.deepEqual([caller.answered, caller.code], [false, 'call-declined'])
    const ran = await answering.ended
    assert.deepEqual([endedOf(ran).code, ran.status], ['media-file-unwritable', 1])
  })

  test('goes out of the line that is named; a number that no line has is said', async (t) => {
    const { home, lab, settings } = await place(t)
    const file = await settings(0, {
      ...lab.people[0]?.signIn,
      'softphone.servers': undefined,
      'softphone.user': undefined,
    })
    const ran = await run(home, 'call', '600', '--line', '2001', '--for-ms', '1', '--settings', file, '--json')
    assert.equal(endedOf(ran).answered, true, ran.out)
    assert.deepEqual(
      lab.record().calls.map(({ from, to }) => [from, to]),
      [['2001', '600']],
    )
    const none = endedOf(await run(home, 'call', '600', '--line', '2009', '--settings', file, '--json'))
    assert.deepEqual([none.answered, none.code], [false, 'phone-unknown'])
  })

  test('that two signals end at once is ended once; one that was never there as well', async (t) => {
    const { home, settings } = await place(t)
    const calling = begin(home, here, 'call', '600', '--settings', await settings(0), '--json')
    const waiting = begin(home, here, 'answer', '--settings', await settings(1), '--json')
    await Promise.all([at(calling, 'connected'), at(waiting, 'ready')])
    for (const { child } of [calling, waiting]) {
      child.kill('SIGTERM')
      child.kill('SIGTERM')
      child.kill('SIGINT')
    }
    const [called, waited] = await Promise.all([calling.ended, waiting.ended])
    const { answered, end } = endedOf(called)
    assert.deepEqual([answered, end, called.status], [true, { by: 'local' }, 0])
    const { event: _, ...rest } = endedOf(waited) as Ended & { event: string }
    assert.deepEqual([rest, waited.status], [{ answered: false, end: { by: 'local' } }, 1])
  })

  test('that the other side ends is over for the command at once, whatever it still had to do', async (t) => {
    const { home, settings } = await place(t)
    const answering = begin(home, here, 'answer', '--settings', await settings(1), '--for-ms', '100', '--json')
    await at(answering, 'ready')
    const how = ['--for-ms', '3600000', '--transfer', '600@3500000', '--hold', '3400000..3500000']
    const ran = await run(home, 'call', 'bob', '--settings', await settings(0), ...how, '--json')
    assert.deepEqual([endedOf(ran).answered, ran.status], [true, 0])
    assert.equal((await answering.ended).status, 0)
  })

  const old = oldNode()
  test('whose launcher runs in an old Node ends cleanly when the whole process group gets the signal', {
    skip: old === undefined && 'there is no Node of 18 to 20 in the PATH',
  }, async (t) => {
    const { home, settings } = await place(t)
    const program = [old as string, join(main, '../bin/parley.mjs')]
    const calling = begin(home, program, 'call', '600', '--settings', await settings(0), '--json')
    const laboratory = begin(home, program, 'lab', '--json')
    await Promise.all([at(calling, 'connected'), laboratory.line(() => true)])
    for (const { child } of [calling, laboratory]) process.kill(-(child.pid as number), 'SIGTERM')
    const [called, served] = await Promise.all([calling.ended, laboratory.ended])
    assert.deepEqual([endedOf(called).answered, called.status, served.status], [true, 0, 0])
  })

  test('to a server whose certificate is not checked is made and warned of: on the error stream, in the health and in the log', async (t) => {
    const { home, lab, settings } = await place(t)
    const unchecked = { ...lab.settingsOver('alice', 'tls'), 'softphone.tls.verify': 'off' }
    Reflect.deleteProperty(unchecked, 'softphone.tls.ca')
    const { sentence, next } = errors['tls-unchecked']
    const warning = `${sentence}\n${next}\n`
    const ran = await run(home, 'call', '602', '--settings', await settings(0, unchecked), '--json')
    assert.deepEqual([endedOf(ran).code, ran.complaint], ['call-busy', warning])
    const checked = { ...lab.settingsOver('alice', 'tls') }
    const quiet = await run(home, 'call', '602', '--settings', await settings(0, checked), '--json')
    assert.deepEqual([endedOf(quiet).code, quiet.complaint], ['call-busy', ''])

    const core = await connect({ application: 'test', env: { ...process.env, PARLEY_HOME: home } })
    const session = await core.open(unchecked as SettingsInput)
    assert.equal((await settled(session)).state.is, 'ready')
    const row = (await session.health.get()).state.services.find(({ service }) => service === 'calls')
    assert.deepEqual([row?.state, row?.warning?.code, row?.error], ['ok', 'tls-unchecked', undefined])
    const shown = await run(home, 'status')
    assert.ok(shown.out.includes(`! ${sentence} ${next}`), shown.out)
    const logged = await run(home, 'log', '--session', session.id, '--level', 'warn')
    assert.match(logged.out, /"warning":"tls-unchecked"/)
    await core.system.stop({ when: 'now' })
    await core.closed
  })
})
