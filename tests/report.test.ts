// A problem report and its replay; and no secret in it, nor anywhere else that we write.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Setting, type SettingName, settingNames, settings } from '@openparley/contract'
import { startLab } from '@openparley/lab'
import { type Core, connect, type Session } from '@openparley/sdk'
import { dialAndEnd, settled } from './signing-in.ts'

describe('a problem report', () => {
  let home: string
  let env: NodeJS.ProcessEnv
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'parley-report-'))
    env = { ...process.env, PARLEY_HOME: home, PARLEY_POLICY: join(home, 'policy.json') }
  })
  after(() => rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))

  const parley = (...args: string[]): Promise<{ code: number; out: string }> =>
    new Promise((resolve) => {
      const main = join(import.meta.dirname, '../packages/cli/main.ts')
      execFile(
        process.execPath,
        [main, ...args],
        { env, cwd: home, timeout: 60_000, maxBuffer: 1e8 },
        (error, out, complaint) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out + complaint }),
      )
    })
  const withCore = async (use: (core: Core) => Promise<void>): Promise<void> => {
    const core = await connect({ application: 'test', role: 'approve', leaves: 'stop', env })
    try {
      await use(core)
    } finally {
      await core.system.stop({ when: 'now' })
      await core.closed
      core.close()
    }
  }

  for (const [fault, journey] of [
    ['wrong-password', 'settings'],
    ['unknown-number', 'settings'],
    ['gone-in-call', 'settings'],
    ['overload', 'settings'],
    ['sip-drop=30', 'settings'],
    ['devices-rejected', 'signIn'],
  ] as const) {
    test(`of a session that met ${fault} comes to the same states when it is gone through, twice`, async () => {
      const [name = '', value] = fault.split('=')
      const lab = await startLab({ faults: [{ name, ...(value === undefined ? {} : { value }) }] })
      try {
        await withCore(async (core) => {
          const session = await core.open(lab.people[0]?.[journey] ?? {})
          if ((await settled(session)).state.is === 'ready') await dialAndEnd(session, '602')
          const written = await parley('report', '--out', `${name}.json.gz`)
          assert.equal(written.code, 0, written.out)
        })
        const [first, second] = [
          await parley('replay', `${name}.json.gz`, '--json'),
          await parley('replay', `${name}.json.gz`, '--json'),
        ]
        assert.equal(first.code, 0, first.out)
        assert.equal(first.out, second.out)
        const { same, sessions } = JSON.parse(first.out)
        assert.equal(same, true)
        const states: string[] = sessions[0].engines.flatMap(({ states: each }: { states: string[] }) => each)
        if (journey === 'settings') assert.ok(states.some((state) => state.startsWith('send REGISTER')))
        if (name === 'unknown-number')
          assert.ok(
            states.some((state) => state.includes('ended by remote, 404')),
            states.join('\n'),
          )
        if (name === 'wrong-password') assert.ok(states.includes('state failed'))
        if (name === 'devices-rejected')
          assert.ok(
            ['ask devices about alice', 'lacking devices-credentials-rejected'].every((state) =>
              states.includes(state),
            ),
            states.join('\n'),
          )
      } finally {
        await lab.close()
      }
    })
  }

  test('of a device with two lines has the engines of each, and comes to the same states', async () => {
    const lab = await startLab({ lines: { alice: ['2001'] } })
    try {
      await withCore(async (core) => {
        const session = await core.open(lab.people[0]?.signIn ?? {})
        const { phones } = await session.until(
          'phones',
          (state) => state.phones.filter(({ line, state: { is } }) => line && is === 'ready').length === 2,
          10_000,
        )
        const second = phones.find(({ line }) => line?.number === '2001')
        assert.ok(second)
        const { call } = await session.calls.dial({ to: '602', phone: second.id })
        await session.calls.until(call, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
        const written = await parley('report', '--out', 'lines.json')
        assert.equal(written.code, 0, written.out)
      })
      const { code, out } = await parley('replay', 'lines.json', '--json')
      assert.equal(code, 0, out)
      const engines: { id: string; states: string[] }[] = JSON.parse(out).sessions[0].engines
      const called = ({ states }: { states: string[] }): boolean =>
        states.some((state) => state.includes('ended by remote, 486'))
      assert.deepEqual(
        engines.filter(called).map(({ id }) => id),
        ['sip, line 2'],
      )
      assert.ok(engines.some(({ id }) => id === 'registration, line 2'))
    } finally {
      await lab.close()
    }
  })

  test('of keys that a server asked for has what became of them and none of the keys, and comes to the same states', async () => {
    const keys = '8642097531'
    const lab = await startLab()
    try {
      await withCore(async (core) => {
        const session = await core.open(lab.people[0]?.settings ?? {})
        await settled(session)
        const { call } = await session.calls.dial({ to: '606' })
        await session.calls.until(call, ({ digitsWanted }) => digitsWanted, { timeoutMs: 10_000 })
        await session.calls.sendDigits({ call, digits: keys })
        await session.calls.until(call, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
        const written = await parley('report', '--out', 'keys.json')
        assert.equal(written.code, 0, written.out)
      })
      const { code, out } = await parley('replay', 'keys.json', '--json')
      assert.equal(code, 0, out)
      const replayed: { id: string; states: string[] }[] = JSON.parse(out).sessions[0].engines
      const { states } = replayed.find(({ id }) => id === 'kpml 1') ?? assert.fail(out)
      // The lab takes four, one by one, and says no.
      assert.ok(states.length >= 4 && states[0] === 'report 200, keys x, tagged', states.join('\n'))
      const report = await readFile(join(home, 'keys.json'), 'utf8')
      const { engines } = JSON.parse(report).sessions[0]
      const { turns, options } = engines.find(({ id }: { id: string }) => id === 'kpml 1')
      const inputs = turns.map(({ input }: { input?: { key?: string } }) => input?.key ?? 'x')
      assert.deepEqual([...new Set(inputs)], ['x'])
      assert.deepEqual(Object.keys(options).sort(), ['criticalMs', 'flush', 'interdigitMs', 'persist'])
      assert.ok(!report.includes(keys) && !/digits=\\*"[0-9*#A-D]/.test(report))
    } finally {
      await lab.close()
    }
  })

  test('of a recording that somebody has changed differs, and says where', async () => {
    const { gunzipSync } = await import('node:zlib')
    const report = JSON.parse(gunzipSync(await readFile(join(home, 'unknown-number.json.gz'))).toString())
    const { turns } = report.sessions[0].engines.find(({ id }: { id: string }) => id === 'sip')
    const refused = turns.findIndex(({ input }: { input?: { message?: string } }) =>
      input?.message?.startsWith('SIP/2.0 404'),
    )
    turns[refused].input.message = turns[refused].input.message.replace('404', '486')
    await writeFile(join(home, 'changed.json'), JSON.stringify(report))
    const { code, out } = await parley('replay', 'changed.json', '--json')
    assert.equal(code, 1)
    assert.equal(
      JSON.parse(out).sessions[0].engines.find(({ id }: { id: string }) => id === 'sip').differs.turn,
      refused,
    )
    assert.match((await parley('replay', 'unknown-number.json.gz')).out, /───▶ INVITE/)
    await writeFile(join(home, 'other.json'), '{}')
    assert.match((await parley('replay', 'other.json')).out, /no problem report/)
    // A secret of a sign-in by name and password stands in what the way was told.
    const signIn = gunzipSync(await readFile(join(home, 'devices-rejected.json.gz'))).toString()
    assert.match(signIn, /"user\.password": "x+"/)
  })

  test('with nothing in it to compare is not the same, and says so', async () => {
    const { gunzipSync } = await import('node:zlib')
    const report = JSON.parse(gunzipSync(await readFile(join(home, 'unknown-number.json.gz'))).toString())
    const [session] = report.sessions
    const cut = session.engines.map((engine: object) => ({ ...engine, cut: true }))
    const bare = session.engines.map((engine: object) => ({ ...engine, turns: [] }))
    for (const sessions of [
      [],
      [{ ...session, engines: [] }],
      [{ ...session, engines: cut }],
      [{ ...session, engines: bare }],
    ]) {
      await writeFile(join(home, 'nothing.json'), JSON.stringify({ ...report, sessions }))
      const { code, out } = await parley('replay', 'nothing.json', '--json')
      const { same, reason } = JSON.parse(out)
      assert.deepEqual([code, same], [1, false])
      assert.match(reason, /^nothing to compare/)
    }
    assert.match((await parley('replay', 'nothing.json')).out, /Not the same: nothing to compare/)
    await writeFile(
      join(home, 'garbled.json'),
      JSON.stringify({ ...report, sessions: [{ user: 'x', engines: [{ kind: 'y' }] }] }),
    )
    assert.match((await parley('replay', 'garbled.json', '--json')).out, /report-invalid/)
  })

  test('holds no secret: not of any setting, not the digits or codes of a call, be they wrong; nor does the log, an answer, an error, or what others see of a process', async () => {
    const lab = await startLab()
    const planted = Object.fromEntries(
      settingNames
        .filter((name) => (settings[name] as Setting).secret)
        .map((name, n) => [name, `planted-secret-${n}-Zq7`]),
    )
    const digits = '8642097531'
    const account = '739518246'
    /** What is dialled with two short codes. */
    const dialled = '7385309'
    const words = ['planted words of one line', 'planted words of another']
    const said: string[] = []
    try {
      await withCore(async (core) => {
        // What only the person may say is refused, and not said again by that.
        const isOfPerson = (name: string): boolean => (settings[name as SettingName] as Setting).ofPerson === true
        const given = Object.fromEntries(Object.entries(planted).filter(([name]) => !isOfPerson(name)))
        const session: Session = await core.open({ ...given, ...lab.people[0]?.settings })
        await settled(session)
        for (const [name, value] of Object.entries(planted)) {
          if (name === 'softphone.password') continue
          const [{ status, ...rest }] = await Promise.allSettled([session.config.set({ name, value })])
          assert.equal(status, isOfPerson(name) ? 'rejected' : 'fulfilled', name)
          said.push(JSON.stringify([rest, 'reason' in rest ? rest.reason.message : '']))
        }
        const { call } = await session.calls.dial({ to: '600' })
        await session.calls.until(call, ({ state }) => state === 'connected', { timeoutMs: 10_000 })
        await session.calls.sendDigits({ call, digits })
        const wrong = [
          session.calls.dial({ to: '600', codes: { account: 'planted-code-Zq7' } }),
          session.calls.sendDigits({ call, digits: 'planted-code-Zq7' }),
          session.calls.dial({ to: '600', codes: { matter: 'planted-code-Zq7' } }),
        ]
        for (const refused of await Promise.allSettled(wrong)) {
          assert.equal(refused.status, 'rejected', 'a wrong code was taken')
          const { reason } = refused
          said.push(JSON.stringify([Object.entries(reason), reason.message, reason.stack]))
        }
        const coded = await session.calls.dial({ to: '601', codes: { account, matter: '61' } })
        await session.calls.until(coded.call, ({ state }) => state === 'connected' || state === 'ended')
        await session.calls.end({ call: coded.call }).catch(() => undefined)
        // What is said is in the person's own store and nowhere else.
        await session.chat.send({ to: 'sip:bob@127.0.0.1', text: `${words[0]}\n"${words[1]}" ü` })
        await session.config.set({ name: 'calls.codes.when', value: 'en-bloc' })
        const whole = await session.calls.dial({ to: '5309', codes: { account: '73', matter: '8' } })
        await session.calls.until(whole.call, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
        said.push(JSON.stringify(await session.config.get()), JSON.stringify(await session.calls.get()))
        const { token } = await core.system.issueToken({
          application: 'page',
          session: session.id,
          scopes: ['calls.read'],
        })
        said.push(
          ...(
            await Promise.all([
              parley('log'),
              parley('config', 'list', '--session', session.id),
              parley('report', '--out', 'secrets.json'),
            ])
          ).map(({ out }) => out),
        )
        const status = [(await parley('status')).out, (await parley('status', '--json')).out]
        const processes = await processesOf(home)
        // The core's own is among them, where there is a process list to read.
        assert.ok(processes.length > 0 || process.platform !== 'linux')
        said.push(...processes)
        await session.calls.end({ call })
        // The lab's own password is a secret as well, and so is a token.
        const secrets = [
          ...Object.values(planted),
          String(lab.people[0]?.settings['softphone.password']),
          digits,
          dialled,
          account,
          'planted-code-Zq7',
          token,
          ...words,
        ]
        /** What a person's own store has, and shows to whom it is. */
        const stored = [account, ...words]
        const files = await Promise.all(
          (await readdir(home, { recursive: true, withFileTypes: true }))
            .filter((entry) => entry.isFile())
            .map(async (entry) => [entry.name, await readFile(join(entry.parentPath, entry.name), 'latin1')] as const),
        )
        assert.ok(files.some(([file]) => file === 'secrets.json') && files.some(([file]) => file === 'core.log'))
        for (const secret of secrets) {
          assert.ok(!said.some((each) => each.includes(secret)), `${secret} was said`)
          // The history keeps the codes of a call, and shows them to whom it is: somebody pays by them.
          if (!stored.includes(secret)) assert.ok(!status.some((each) => each.includes(secret)), `${secret} was shown`)
          const where = stored.includes(secret) ? files.filter(([file]) => !file.startsWith('parley.sqlite')) : files
          for (const [file, content] of where) assert.ok(!content.includes(secret), `${secret} is in ${file}`)
        }
      })
    } finally {
      await lab.close()
    }
  })
})

/** What the process list tells of every process that runs in this home: how it was called, and what it was given beside. */
async function processesOf(home: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const told = await Promise.all(
    pids.map(async (pid) => {
      const [called, beside] = await Promise.all(
        ['cmdline', 'environ'].map((what) => readFile(`/proc/${pid}/${what}`, 'latin1').catch(() => '')),
      )
      return `${called}\n${beside}`
    }),
  )
  return told.filter((each) => each.includes(home))
}
