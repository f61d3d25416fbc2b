// For tests: a lab, a core of its own process with Alice and Bob in it, and agents with tokens of Alice's.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { type CallToolResult, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { type Lab, startLab } from '@openparley/lab'
import { type Core, connect, type Session } from '@openparley/sdk'
import { agentServer } from './server.ts'

export interface AgentHouse {
  readonly lab: Lab
  /** The user's own way to the core. */
  readonly own: Core
  readonly alice: Session
  readonly bob: Session
  readonly home: string
  /** Where the core is. */
  readonly env: Record<string, string>
  agent(rights: AgentRights): Promise<Agent>
  close(): Promise<void>
}

export interface AgentRights {
  readonly scopes: readonly string[]
  /** Whether the person says yes; without it the program cannot ask anybody. */
  readonly says?: (message: string, signal: AbortSignal) => Promise<boolean>
  readonly unasked?: readonly string[]
  readonly now?: () => number
}

export interface Agent {
  readonly client: Client
  readonly application: string
  tools(): Promise<string[]>
  call(name: string, given?: Record<string, unknown>, signal?: AbortSignal): Promise<CallToolResult>
  /** What a tool answers, of one that does what it is to. */
  does(name: string, given?: Record<string, unknown>): Promise<Record<string, unknown>>
  /** What a tool answers that refuses. */
  refused(name: string, given?: Record<string, unknown>): Promise<Record<string, unknown>>
}

export async function openAgentHouse(): Promise<AgentHouse> {
  const lab = await startLab()
  const home = await mkdtemp(join(tmpdir(), 'parley-agents-'))
  const env = { PARLEY_HOME: home }
  const own = await connect({ application: 'test', role: 'approve', env: { ...process.env, ...env } })
  const [alice, bob] = await Promise.all(
    lab.people
      .slice(0, 2)
      .map(({ settings, xmpp, voicemail, directory }) =>
        own.open({ ...settings, ...xmpp, ...voicemail, ...directory }),
      ),
  )
  if (!alice || !bob) throw new Error('the lab has nobody')
  for (const session of [alice, bob]) {
    await session.phones.ready({ timeoutMs: 15_000 })
    await session.until('presence', ({ published }) => published, 15_000)
  }
  const closing: (() => Promise<void>)[] = []
  let agents = 0
  return {
    lab,
    own,
    alice,
    bob,
    home,
    env,
    agent: async ({ scopes, says, unasked, now = () => performance.now() }) => {
      const application = `agent ${++agents}`
      const given = scopes as Parameters<Core['system']['issueToken']>[0]['scopes']
      const { token } = await own.system.issueToken({ application, scopes: given, session: alice.id })
      let changed = (): void => undefined
      const core = await connect({
        application,
        role: 'approve',
        token,
        start: false,
        env: { ...process.env, ...env },
        onStatus: () => changed(),
      })
      const { server, ...rest } = agentServer({
        core,
        unasked,
        now,
        session: async () => core.at(),
        token: () => `${application.replace(' ', '')}${Math.random().toString(36).slice(2)}`,
      })
      ;({ changed } = rest)
      const client = new Client({ name: 'test', version: '0' }, says ? { capabilities: { elicitation: {} } } : {})
      if (says)
        client.setRequestHandler(ElicitRequestSchema, async ({ params }, { signal }) => ({
          action: (await says(params.message, signal)) ? 'accept' : 'decline',
        }))
      const [here, there] = InMemoryTransport.createLinkedPair()
      await server.connect(there)
      await client.connect(here)
      closing.push(async () => {
        await client.close()
        core.close()
      })
      return agentOf(application, client)
    },
    close: async () => {
      for (const close of closing) await close()
      await own.system.stop({ when: 'now' })
      await own.closed
      own.close()
      await lab.close()
      await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}

export function agentOf(application: string, client: Client): Agent {
  const call: Agent['call'] = async (name, given = {}, signal) =>
    (await client.callTool({ name, arguments: given }, undefined, signal ? { signal } : {})) as CallToolResult
  const read = async (name: string, given: Record<string, unknown> | undefined, refused: boolean) => {
    const { content, isError = false } = await call(name, given)
    const text = content[0]?.type === 'text' ? content[0].text : ''
    if (isError !== refused) throw new Error(`${name}: ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }
  return {
    client,
    application,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call,
    does: (name, given) => read(name, given, false),
    refused: (name, given) => read(name, given, true),
  }
}
