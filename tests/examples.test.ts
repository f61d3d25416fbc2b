import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { connect, direct } from '@openparley/sdk'

const root = new URL('..', import.meta.url).pathname

test('the README’s example starts a core, calls the echo number, and prints the figures of the call', async () => {
  const lab = await startLab()
  const home = await mkdtemp(join(tmpdir(), 'parley-example-'))
  try {
    const settings = join(home, 'alice.json')
    await writeFile(settings, JSON.stringify(lab.people[0]?.settings))
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'examples/first-call.ts'), settings, '600'],
      {
        env: { ...process.env, PARLEY_HOME: join(home, 'core'), PARLEY_LINGER_MS: '0' },
        timeout: 30_000,
      },
    )
    assert.match(stdout, /^ready as sip:alice@/)
    assert.match(stdout, /connected/)
    assert.match(stdout, /ended {2}\{[^}]*packetsReceived: (?!0,)\d+/s)
  } finally {
    await lab.close()
    await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
})

test('the README shows the example as it is, in at most twenty lines of code', async () => {
  const example = await readFile(join(root, 'examples/first-call.ts'), 'utf8')
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  assert.ok(readme.includes(`\`\`\`ts\n${example}\`\`\``), 'README.md and examples/first-call.ts differ')
  assert.ok(example.split('\n').filter((line) => line.trim() !== '').length <= 20)
})

test('the guide’s example of chat answers who writes, and ends when it is told to', async () => {
  const example = await readFile(join(root, 'examples/chat.ts'), 'utf8')
  const guide = await readFile(join(root, 'docs/guide/presence-and-chat.md'), 'utf8')
  assert.ok(guide.includes(`\`\`\`ts\n${example}\`\`\``), 'the guide and examples/chat.ts differ')
  const lab = await startLab()
  const home = await mkdtemp(join(tmpdir(), 'parley-example-'))
  const host = await startInProcess()
  const [alice, bob] = lab.people
  const core = await connect({ application: 'bob', role: 'approve', over: direct((request) => host.attach(request)) })
  try {
    const settings = join(home, 'alice.json')
    await writeFile(settings, JSON.stringify(alice?.xmpp))
    const ran = promisify(execFile)(process.execPath, [join(root, 'examples/chat.ts'), settings], {
      env: { ...process.env, PARLEY_HOME: join(home, 'core'), PARLEY_LINGER_MS: '0' },
      timeout: 60_000,
    })
    await new Promise<void>((resolve) => {
      ran.child.stdout?.once('data', () => resolve())
      ran.child.once('exit', () => resolve())
    })
    const session = await core.open({ ...bob?.xmpp })
    const to = String(alice?.xmpp['xmpp.user'])
    await session.until('contacts', ({ contacts: [first] }) => first?.presence.availability === 'available', 30_000)
    await session.chat.send({ to, text: 'bye' })
    const { conversations } = await session.until(
      'chat',
      ({ conversations: [first] }) => first?.last?.direction === 'incoming',
      30_000,
    )
    assert.equal(conversations[0]?.last?.text, 'You said: bye')
    assert.match((await ran).stdout, /^listening\nbob@.*: bye\n$/)
  } finally {
    core.close()
    await host.close()
    await lab.close()
    await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
})
