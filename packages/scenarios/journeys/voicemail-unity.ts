import { listening, toneFor } from '../listening.ts'
import { listed } from '../mailbox.ts'
import type { Person } from '../person.ts'
import type { Scenario } from '../scenario.ts'

export const voicemailUnity: Scenario = {
  name: 'voicemail-unity',
  doc: 'Bob’s mailbox is at Unity Connection’s web service: he hears a secure message that he can neither save nor forward, takes a dispatch message that Carol then loses, and deletes one and brings it back.',
  sabotage: { withhold: 'bob takes it' },
  run: async (stage) => {
    const at = async (name: string): Promise<Person> => {
      const person = await stage.person(name, stage.lab.voicemailWeb.settings(name))
      await person.session.until('voicemail', ({ mailbox }) => mailbox.is === 'ready', 10_000)
      return person
    }
    const sound = { samples: toneFor(500), sampleRate: 8000 }
    stage.lab.voicemailWeb.leave('bob', { from: { number: '201' }, sound, secure: true })
    stage.lab.voicemailWeb.leave('bob', { from: { number: '202' }, sound, dispatch: true, alsoTo: ['carol'] })
    const [bob, carol] = await Promise.all([at('bob'), at('carol')])
    const from = async (person: Person, number: string) =>
      (await listed(person)).find((each) => each.from.number === number)
    const [secret, dispatch] = [await from(bob, '201'), await from(bob, '202')]
    stage.check('what they are', [true, true], [secret?.secure, dispatch?.dispatch])
    const message = secret?.id ?? ''
    const refusal = async (does: Promise<unknown>): Promise<string> =>
      does.then(
        () => 'done',
        (error: { readonly code?: string }) => error.code ?? '',
      )
    stage.check(
      'it is neither saved nor read',
      ['voicemail-sound-unusable', 'voicemail-sound-unusable'],
      await Promise.all([
        refusal(bob.session.voicemail.play({ message, endpoint: { kind: 'file', record: stage.file('secret.wav') } })),
        refusal(bob.session.voicemail.read({ message })),
      ]),
    )
    const seen = await listening(stage, bob)
    const heard: number[] = []
    const stream = await bob.session.openStream({ sampleRate: 8000, onFrame: (frame) => heard.push(...frame) })
    const { playback } = await bob.session.voicemail.play({ message, endpoint: { kind: 'stream', stream: stream.id } })
    await seen.until(playback, 'it has been played', ({ state }) => state === 'ended')
    stage.check('but it is heard', true, heard.filter((sample) => sample > 3000).length > 500)
    await stage.act('bob takes it', () =>
      bob.session.voicemail.answerDispatch({ message: dispatch?.id ?? '', accept: true }),
    )
    await carol.session.until('voicemail', ({ mailbox }) => mailbox.total === 2, 4000).catch(() => undefined)
    stage.check('carol has it no more', undefined, await from(carol, '202'))
    await bob.session.voicemail.delete({ messages: [message] })
    stage.check(
      'among the deleted',
      [message],
      (await listed(bob, 'deleted')).map(({ id }) => id),
    )
    await bob.session.voicemail.undelete({ messages: [message] })
    stage.check('and back', message, (await from(bob, '201'))?.id)
    const asked = stage.lab.voicemailWeb.asked().map((each) => each.replace(/0:[\w-]+/, 'ID'))
    stage.lab.record()
    stage.check(
      'what the service was asked to do',
      [
        'PUT /vmrest/messages/ID',
        'POST /vmrest/messages/ID?method=accept',
        'DELETE /vmrest/messages/ID?harddelete=false',
        'POST /vmrest/messages/ID?method=undelete',
      ],
      asked.filter((each) => !each.startsWith('GET')),
    )
  },
}
