// The password and where it may go: only to realms that it is for, never with a weaker algorithm than offered (DESIGN §8).
import type { Settings } from '@openparley/contract'
import { type AgentEffect, answerChallenge, chooseChallenge, type Field } from '@openparley/protocols/sip'
import type { World } from '../../runtime/world.ts'
import type { Failure } from './causes.ts'

type Challenged = Extract<AgentEffect, { type: 'challenged' }>

export interface CredentialsStore {
  /** `byRegistrar`: the challenge answers our REGISTER; the realm that it names first is ours from then on. */
  answer(challenged: Challenged, byRegistrar: boolean): { readonly header: Field } | { readonly failure: Failure }
}

export function credentialsOf(settings: Settings, dice: World['dice']): CredentialsStore {
  const user = settings['softphone.authUser'] ?? settings['softphone.user'] ?? ''
  const realms = new Set(settings['softphone.realms'])
  const counts = new Map<string, number>()
  const learn = realms.size === 0
  return {
    answer: (challenged, byRegistrar) => {
      const password = passwordOf(settings)
      if (password === undefined) return { failure: { code: 'credentials-missing' } }
      const stale = challenged.challenges.some(({ params }) => /^true$/i.test(params.get('stale') ?? ''))
      if (challenged.again && !stale)
        return {
          failure: { code: 'credentials-rejected', peer: { protocol: 'sip', status: challenged.proxy ? 407 : 401 } },
        }
      const allowed = (realm: string): boolean =>
        realms.has(realm) || (learn && realms.size === 0 && (byRegistrar || !settings['softphone.register']))
      const choice = chooseChallenge(challenged.challenges, allowed)
      if (choice.is === 'unsupported') return { failure: { code: 'digest-unsupported' } }
      if (choice.is === 'foreign')
        return { failure: { code: 'digest-unsupported', detail: `the realm ${choice.realm} is not ours` } }
      const { challenge } = choice
      realms.add(challenge.params.get('realm') ?? '')
      const nonce = challenge.params.get('nonce') as string
      const count = (counts.get(nonce) ?? 0) + 1
      if (counts.size > 64) counts.clear()
      counts.set(nonce, count)
      const value = answerChallenge(challenge, { user, password }, challenged, count, dice)
      return { header: [challenged.proxy ? 'Proxy-Authorization' : 'Authorization', value] }
    },
  }
}

function passwordOf(settings: Settings): string | undefined {
  const given = settings['softphone.password']
  return typeof given === 'object' ? process.env[given.env] : given
}
