import { createHmac } from 'node:crypto'
import { conferenceOf } from '../conferences.ts'
import { addressOf, chatter, delivered } from '../people.ts'
import type { Scenario } from '../scenario.ts'

const secret = 'what only the server and its application know'
const settings = {
  'conferences.jitsi.servers': 'https://meet.lab.example',
  'conferences.jitsi.application': 'parley',
  'conferences.jitsi.secret': secret,
}

export const conferenceJitsi: Scenario = {
  name: 'conference-jitsi',
  doc: 'Alice makes a conference at a Jitsi server and asks Bob by chat: the link has a name that nobody guesses and a token for that room alone; each has one of their own, and only hers is a host’s.',
  sabotage: { withhold: 'alice asks bob' },
  run: async (stage) => {
    const [alice, bob] = await Promise.all([
      chatter(stage, 'alice', 'chat', settings),
      chatter(stage, 'bob', 'chat', settings),
    ])
    const [ofAlice, ofBob] = [addressOf(stage, 'alice'), addressOf(stage, 'bob')]
    const made = await alice.session.conferences.create({ subject: 'Plans', kind: 'jitsi' })
    await stage.act('alice asks bob', () => alice.session.conferences.invite({ ...made, to: [ofBob] }))
    const asked = await conferenceOf(stage, bob, ({ from }) => from === ofAlice)
    if (!asked) return
    const link = new URL(asked.invitation ?? '')
    stage.check('where it leads', 'https://meet.lab.example', link.origin)
    stage.check('whether its name can be guessed', false, !/^\/[0-9a-f]{32}$/.test(link.pathname))
    stage.check('what the lab brought', [`Plans: ${link.href}`], delivered(stage, 'bob'))

    const { open: hers = '' } = await alice.session.conferences.join({ ...made, name: 'Alice' })
    const { open: his = '' } = await bob.session.conferences.join({ conference: asked.conference, name: 'Bob' })
    const room = link.pathname.slice(1)
    stage.check(
      'what the tokens say',
      [
        [true, 'parley', room, undefined, false],
        [true, 'parley', room, 'Alice', true],
        [true, 'parley', room, 'Bob', false],
      ],
      [link.href, hers, his].map(claimsOf),
    )
    stage.check(
      'whether anything holds the secret',
      false,
      [link.href, hers, his].join().includes(encodeURIComponent(secret)),
    )
  },
}

/** Whether it is signed by the secret, and whom it lets in where, and as what. */
function claimsOf(address: string): unknown[] {
  const [head = '', body = '', signature] = (new URL(address).searchParams.get('jwt') ?? '').split('.')
  const isRight = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url') === signature
  const { iss, room, context } = JSON.parse(Buffer.from(body, 'base64url').toString()) as {
    readonly iss: string
    readonly room: string
    readonly context: { readonly user: { readonly name?: string; readonly moderator: boolean } }
  }
  return [isRight, iss, room, context.user.name, context.user.moderator]
}
