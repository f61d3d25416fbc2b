// The parley-mcp command: a server on standard input and output, or `approve`, by which a person lets an agent in.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { asProblem, connect, problem } from '@openparley/sdk'
import { approve, ownCore } from './approve.ts'
import { sessionOf } from './person.ts'
import { agentServer } from './server.ts'
import { tools } from './tools.ts'

const usage = `parley-mcp: tools of Parley for agents, by the Model Context Protocol on standard input and output.

  parley-mcp approve --scopes calls.read,chat.read --to FILE   let an agent in: writes a token for PARLEY_TOKEN_FILE
  parley-mcp revoke                                            let it in no longer, at once
  parley-mcp                                                   serve

  --name NAME            the application's name, parley-mcp unless said; the token is bound to it
  --person WHO           whose session, where several people are signed in: as parley status names them
  --scopes A,B           use no more of the token's scopes than these; with approve: give these
  --unasked TOOL,TOOL    tools that nobody is asked about, although they cost money or speak to people
  --own                  without a token, with all rights of this user; --scopes narrows them
  --url URL              another core: its socket, or ws://…
  --to FILE, --days N    of approve: where the token goes, and for how long it is good (30)

The token is read from PARLEY_TOKEN or from the file that PARLEY_TOKEN_FILE names.
`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'parley-mcp' },
      person: { type: 'string' },
      scopes: { type: 'string' },
      unasked: { type: 'string' },
      own: { type: 'boolean', default: false },
      url: { type: 'string' },
      to: { type: 'string' },
      days: { type: 'string', default: '30' },
      help: { type: 'boolean', default: false },
    },
  })
  const [word] = positionals
  if (values.help || (word !== undefined && word !== 'approve' && word !== 'revoke')) {
    process.stdout.write(usage)
    process.exitCode = values.help ? 0 : 1
    return
  }
  const { name, url, person } = values
  const scopes = listOf(values.scopes)
  if (word !== undefined) {
    const core = await ownCore(url)
    try {
      if (word === 'revoke') {
        const { revoked } = await core.system.revokeTokens({ application: name })
        process.stdout.write(`${revoked} tokens of ${name} are good no longer.\n`)
        return
      }
      const { to, days } = values
      if (to === undefined) throw problem('request-malformed', 'name a file: --to FILE')
      await approve(core, { application: name, scopes: scopes ?? [], to, days: Number(days), person })
      process.stdout.write(`${name} is let in: PARLEY_TOKEN_FILE=${to}. parley-mcp revoke takes it back.\n`)
    } finally {
      core.close()
    }
    return
  }
  const unasked = listOf(values.unasked)
  const unknown = unasked?.find((each) => !tools.some((tool) => tool.name === each))
  if (unknown !== undefined) throw problem('request-malformed', `--unasked: there is no tool ${unknown}`)
  await serve({ name, url, person, scopes, unasked, token: tokenOf(values.own) })
}

interface Serving {
  readonly name: string
  readonly url: string | undefined
  readonly person: string | undefined
  readonly scopes: readonly string[] | undefined
  readonly unasked: readonly string[] | undefined
  readonly token: string | undefined
}

async function serve({ name, url, person, scopes, unasked, token }: Serving): Promise<void> {
  let changed = (): void => undefined
  const core = await connect({
    application: name,
    role: 'approve',
    // An agent that is started is no reason to start a core: nobody would be signed in.
    start: false,
    ...(url === undefined ? {} : { url }),
    ...(token === undefined ? {} : { token }),
    onStatus: () => changed(),
  })
  const agent = agentServer({
    core,
    scopes,
    unasked,
    session: () => sessionOf(core, person),
    now: () => performance.now(),
    token: () => randomBytes(16).toString('base64url'),
  })
  ;({ changed } = agent)
  agent.server.onclose = () => core.close()
  // The program that started this one is gone.
  process.stdin.once('end', () => void agent.server.close())
  await agent.server.connect(new StdioServerTransport())
}

function tokenOf(own: boolean): string | undefined {
  if (own) return undefined
  const { PARLEY_TOKEN: token, PARLEY_TOKEN_FILE: file } = process.env
  if (token !== undefined && token !== '') return token
  if (file !== undefined && file !== '') return readFileSync(file, 'utf8').trim()
  throw problem('token-rejected', 'there is none: `parley-mcp approve` makes one, PARLEY_TOKEN_FILE names its file')
}

function listOf(text: string | undefined): string[] | undefined {
  return text
    ?.split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

try {
  await main()
} catch (thrown) {
  const { message, next, code } = asProblem(thrown)
  // What is printed on standard output would be taken for the protocol.
  process.stderr.write(`${code}: ${message}\n${next}\n`)
  process.exitCode = 1
}
