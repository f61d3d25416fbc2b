// Presence, contacts and chat through Prosody.
import { describe } from 'node:test'
import { peopleSuite } from '../../people.suite.ts'
import { whenInstalled } from '../peer.ts'
import { type Prosody, startProsody } from './start.ts'

describe('people on Prosody', whenInstalled('prosody', ['prosody']), () => {
  let prosody: Prosody | undefined
  peopleSuite(
    async () => {
      prosody = await startProsody()
      return { domain: 'localhost', rooms: 'rooms.localhost', settings: (name) => prosody?.settings(name) ?? {} }
    },
    async () => prosody?.stop(),
  )
})
