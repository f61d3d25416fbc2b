import type { Scenario } from '../scenario.ts'
import { is, isRinging } from './quiet.ts'

export const settingsRemoteControl: Scenario = {
  name: 'settings-remote-control',
  doc: 'The call manager asks the phone to dial, to answer and to resume, says that messages wait, where calls go and what to show; the person’s applications see it.',
  sabotage: { withhold: 'the call manager says that messages wait' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([stage.person('alice', stage.signIn('alice')), stage.person('bob')])
    const { lab } = stage
    lab.refer('alice', '<initiatecallreq><dialstring>bob</dialstring><linenumber>1</linenumber></initiatecallreq>')
    const ringing = await bob.until('bob’s phone rings', isRinging)
    await bob.session.calls.answer({ call: ringing.id })
    const made = await alice.until(
      'alice’s call is up',
      ({ state, direction }) => state === 'connected' && direction === 'outgoing',
    )
    stage.check(
      'nobody handles it yet, and somebody may',
      [undefined, true],
      [made.handler, made.capabilities.includes('claim')],
    )
    await alice.session.calls.hold({ call: made.id })
    lab.refer('alice', `<holdretrievereq><dialogid><callid>${made.peerId}</callid></dialogid></holdretrievereq>`)
    await alice.until('it is off hold', ({ id, held }) => id === made.id && held === 'no')
    await bob.session.calls.end({ call: ringing.id })
    await alice.until('it has ended', is(made.id, 'ended'))

    const { call } = await bob.session.calls.dial({ to: 'alice' })
    const coming = await alice.until('alice’s phone rings', isRinging)
    stage.check(
      'the call manager says how safe it is, and its name',
      ['not-authenticated', true],
      [coming.security, coming.globalId?.startsWith('1-')],
    )
    lab.refer('alice', '<answercallreq/>')
    await bob.until('it is answered', is(call, 'connected'))
    await bob.session.calls.end({ call })

    await stage.act('the call manager says that messages wait', async () =>
      lab.refer(
        'alice',
        '<bulkupdate><contact line="1"><mwi>yes</mwi><emwi><voice-msg new="2" old="5"/></emwi></contact></bulkupdate>',
      ),
    )
    lab.refer('alice', '<cfwdallupdate><linenumber>1</linenumber><fwdaddress>601</fwdaddress></cfwdallupdate>')
    lab.refer('alice', '<dndupdate><state>enable</state><option>ringeroff</option></dndupdate>')
    lab.refer(
      'alice',
      '<statuslineupdatereq><statustext>Lunch</statustext><displaytimeout>60</displaytimeout></statuslineupdatereq>',
    )
    let shown: unknown
    await alice.session
      .until(
        'phones',
        ({ phones: [phone] }) => {
          shown = [phone?.messages, phone?.forwardedTo, phone?.doNotDisturb, phone?.notice]
          return phone?.notice !== undefined
        },
        5000,
      )
      .catch(() => undefined)
    stage.check('all of it is shown', [{ waiting: true, fresh: 2, old: 5 }, '601', true, 'Lunch'], shown)
    stage.labSaw(['alice', 'bob', 'answered'], ['bob', 'alice', 'answered'])
  },
}
