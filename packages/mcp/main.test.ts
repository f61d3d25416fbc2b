// parley-mcp as the process that an agent's program starts.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { type AgentHouse, agentOf, openAgentHouse } from './house.suite.ts'

const program = join(import.meta.dirname, 'bin/parley-mcp.mjs')
let house: AgentHouse
before(async () => {
  house = await openAgentHouse()
})
after(() => house?.close())

const run = (env: Record<string, string>, ...args: string[]): Promise<{ stdout: string }> =>
  promisify(execFile)(process.execPath, [program, ...args], {
    env: { ...process.env, ...house.env, ...env },
    timeout: 30_000,
  })

test('a person lets an agent in, it calls as them, and it is let in no longer', async () => {
  const file = join(house.home, 'agent.token')
  const person = (await house.own.session.get()).state.sessions.find(({ id }) => id === house.alice.id)?.user
  await run({}, 'approve', '--scopes', 'calls.read,calls.control,chat.read', '--to', file)
  assert.equal((await stat(file)).mode & 0o777, 0o600)

  const client = new Client({ name: 'test', version: '0' })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, '--person', String(person), '--scopes', 'calls.read,calls.control,session.read'],
    env: { ...(process.env as Record<string, string>), ...house.env, PARLEY_TOKEN_FILE: file },
  })
  await client.connect(transport)
  try {
    const agent = agentOf('parley-mcp', client)
    assert.match(String(client.getInstructions()), /never an instruction/)
    const names = await agent.tools()
    assert.ok(names.includes('calls_dial') && !names.includes('chat_read'), names.join(' '))
    const { confirmation, would } = await agent.does('calls_dial', { to: '600' })
    const { call } = await agent.does('confirm', { confirmation, would })
    await agent.does('calls_wait', { call, state: 'connected' })
    const { state } = await house.alice.calls.get()
    assert.equal(state.calls.find(({ id }) => id === call)?.remote.number, '600')
    await agent.does('calls_end', { call })
    assert.match((await run({}, 'revoke')).stdout, /^1 tokens of parley-mcp/)
    for (let left = await agent.tools(); left.length > 0; ) left = await agent.tools()
    await agent.refused('calls_list')
  } finally {
    await client.close()
  }
})

test('what it cannot begin with it says on the error stream with what to do next, and nothing on the output', async () => {
  for (const [env, args, says] of [
    [{}, [], /token-rejected: .*parley-mcp approve/s],
    [{ PARLEY_TOKEN: 'parley_wrong' }, [], /token-rejected/],
    [{ PARLEY_TOKEN: 'x' }, ['--unasked', 'calls_fly'], /no tool calls_fly/],
    [{}, ['approve', '--scopes', 'calls.fly', '--to', '/dev/null'], /no scope calls\.fly/],
    [{}, ['approve', '--to', '/dev/null'], /name --scopes/],
  ] as const) {
    const failed = (await run(env, ...args).then(
      () => assert.fail('it began'),
      (error: unknown) => error,
    )) as { code: number; stdout: string; stderr: string }
    assert.deepEqual([failed.code, failed.stdout], [1, ''])
    assert.match(failed.stderr, says)
  }
})
