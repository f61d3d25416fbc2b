// Signing in and calling with each digest algorithm of RFC 8760.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { connect, direct } from '@openparley/sdk'
import { dialAndEnd, settled } from './signing-in.ts'

for (const digest of ['MD5', 'SHA-256', 'SHA-512-256'] as const) {
  test(`a server that asks for ${digest} alone gets the right proof for a registration and for a call`, async () => {
    const lab = await startLab({ digests: [digest] })
    const host = await startInProcess()
    try {
      const core = await connect({ application: 'test', role: 'approve', over: direct(host.attach) })
      const session = await core.open({ ...lab.people[0]?.settings })
      assert.equal((await settled(session)).state.is, 'ready')
      // The busy number answers nobody who has not proved the password.
      assert.equal((await dialAndEnd(session, '602')).end?.error?.code, 'call-busy')
      const said = lab.record().ladder.map(({ label }) => label)
      for (const asked of ['401 REGISTER', '407 INVITE'])
        assert.ok(said.includes(asked), `${asked}: ${said.join(', ')}`)
    } finally {
      await host.close()
      await lab.close()
    }
  })
}
