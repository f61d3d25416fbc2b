// The mailbox's adapter against the lab's mail store.
import { after, before, describe } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import { voicemailSuite } from '../../services/voicemail/port.suite.ts'
import { imapHouse } from './house.suite.ts'
import { labStore } from './lab-store.suite.ts'

describe('the lab’s mail store', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())
  voicemailSuite({
    name: 'the lab',
    server: () => labStore(lab),
    open: () => imapHouse(lab.people.find(({ name }) => name === 'bob')?.voicemail ?? {}),
    soundBegins: 'RIFF',
  })
})
