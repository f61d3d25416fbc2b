// The adapter in the lab’s room, and against servers that mean harm.
import { startLab } from '@openparley/lab'
import { roomSuite } from './room.suite.ts'

roomSuite('the lab', { skip: false }, async () => {
  const lab = await startLab({ people: ['alice'] })
  return {
    settings: lab.people[0]?.conferences ?? {},
    cut: () => lab.rooms.cut(),
    close: () => lab.close(),
  }
})
