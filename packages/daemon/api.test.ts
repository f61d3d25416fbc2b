// The interface's suite over the core itself, over the Unix socket and over the WebSocket.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorValue } from '@openparley/contract'
import { direct, localSocket, type Opener, webSocket } from '@openparley/sdk'
import { type ApiHouse, apiSuite } from '@openparley/sdk/api.suite'
import { type Door, openDoor } from './door.ts'
import { type House, house } from './house.suite.ts'

function aroundA(made: House, wayIn: ApiHouse['wayIn'], close: () => Promise<void>): ApiHouse {
  return {
    wayIn,
    ring: made.ring,
    far: (call, does) =>
      made.tell(does === 'connects' ? { type: 'connected', call } : { type: 'ended', call, end: { by: 'remote' } }),
    phone: (is, code) =>
      made.tell({ type: 'state', state: { is, since: new Date().toISOString(), error: errorValue(code) } }),
    told: (command) => made.told.filter(({ type }) => type === command).length,
    close,
  }
}

apiSuite('a direct call', async () => {
  const made = house()
  const wayIn: ApiHouse['wayIn'] = async ({ scopes, session }) => ({
    opener: direct((application) => {
      const bound = session === undefined ? {} : { session }
      return { ...made.core.attach({ ...application, scopes, ...bound, mayNamePaths: true }), scopes, session }
    }),
  })
  return aroundA(made, wayIn, made.close)
})

for (const [how, kind] of [
  ['a Unix socket', 'socket'],
  ['a WebSocket', 'http'],
] as const) {
  apiSuite(how, async () => {
    const made = house()
    const folder = await mkdtemp(join(tmpdir(), 'parley-'))
    const door: Door = await openDoor({
      core: made.core,
      tokens: made.tokens,
      ...(kind === 'socket' ? { socket: join(folder, 's') } : { port: 0 }),
    })
    const opener: Opener =
      kind === 'socket'
        ? localSocket(door.socket as string)
        : webSocket(`${(door.http as string).replace('http', 'ws')}/socket`)
    const wayIn: ApiHouse['wayIn'] = async ({ application, scopes, session }) => ({
      opener,
      token: made.tokens.issue({ application, scopes, session, origins: [] }),
    })
    return aroundA(made, wayIn, async () => {
      await door.close()
      await made.close()
      await rm(folder, { recursive: true })
    })
  })
}
