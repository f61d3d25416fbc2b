import { openHostProgram } from '@openparley/lab'
import type { Scenario } from '../scenario.ts'
import { isRinging } from './quiet.ts'

export const deskUacstaDoor: Scenario = {
  name: 'desk-uacsta-door',
  doc: 'Another program of Alice’s has her phone call Bob by uaCSTA, holds him and hangs up: it is told how the call goes, and so is her application.',
  sabotage: { withhold: 'bob answers' },
  run: async (stage) => {
    const password = 'open sesame'
    const settings = stage.lab.people.find(({ name }) => name === 'alice')?.settings
    const [alice, bob] = await Promise.all([
      stage.person('alice', { ...settings, 'door.uacsta.port': 0, 'door.uacsta.password': password }),
      stage.person('bob'),
    ])
    const { services } = await alice.session.until('health', ({ services: rows }) =>
      rows.some(({ service, state }) => service === 'door-uacsta' && state === 'ok'),
    )
    const { address = '' } = services.find(({ service }) => service === 'door-uacsta') ?? {}
    const { phones } = (await alice.session.phones.get()).state
    const line = String(phones[0]?.address)
    const program = await openHostProgram(address, password)
    try {
      await program.ask({ is: 'MonitorStart', monitorObject: { deviceObject: line } })
      const made = await program.ask({ is: 'MakeCall', callingDevice: line, calledDirectoryNumber: 'bob' })
      stage.check('the call is made', 'MakeCallResponse', made.is)
      if (made.is !== 'MakeCallResponse') return
      const at = { ...made.callingDevice }
      const rings = await bob.until('rings', isRinging)
      await program.event('DeliveredEvent')
      await stage.act('bob answers', async () => bob.session.calls.answer({ call: rings.id }))
      const up = await alice.until('connected', ({ state }) => state === 'connected', 5000).catch(() => undefined)
      stage.check('what her application shows', at.callID, up?.id)
      if (!up) return
      await program.event('EstablishedEvent')
      const held = await program.ask({ is: 'HoldCall', callToBeHeld: at })
      stage.check('it is held', 'HoldCallResponse', held.is)
      await bob.until('held', ({ id, held: how }) => id === rings.id && how === 'remote')
      await program.event('HeldEvent')
      await program.ask({ is: 'ClearConnection', connectionToBeCleared: at })
      const cleared = await program.event('ConnectionClearedEvent')
      stage.check('and then', 'null', 'localConnectionInfo' in cleared ? cleared.localConnectionInfo : undefined)
      stage.labSaw(['alice', 'bob', 'answered'])
    } finally {
      await program.close()
    }
  },
}
