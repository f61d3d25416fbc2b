// Presence, contacts and chat through the lab.
import { describe } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import { peopleSuite } from './people.suite.ts'

describe('people on the lab', () => {
  let lab: Lab | undefined
  peopleSuite(
    async () => {
      lab = await startLab({ rosterOf: () => [] })
      const of = (name: string): Readonly<Record<string, unknown>> =>
        lab?.people.find((person) => person.name === name)?.xmpp ?? {}
      const domain = String(of('alice')['xmpp.user']).split('@')[1] ?? ''
      return { domain, rooms: `rooms.${domain}`, settings: of }
    },
    async () => lab?.close(),
  )
})
