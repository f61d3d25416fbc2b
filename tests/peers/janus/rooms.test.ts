// The adapter of web conferences at a real Janus.
import { roomSuite } from '../../../packages/core/adapters/conferences-janus/room.suite.ts'
import { whenInstalled } from '../peer.ts'
import { janusProgram, startJanus } from './start.ts'

roomSuite('Janus', whenInstalled('janus', [janusProgram]), async () => {
  const janus = await startJanus({ keepsS: 30 })
  return { settings: janus.settings, close: () => janus.stop() }
})
