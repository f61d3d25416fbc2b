// The password and where it may go: only to realms that it is for, never with a weaker algorithm than offered (DESIGN §8).
import { type AgentEffect, answerChallenge, chooseChallenge, type Field } from '@openparley/protocols/sip'
import type { Settings } from '@openparley/contract'
import { secretOf } from '../../runtime/secret.ts'
import type { World } from '../../runtime/world.ts'
import type { Failure } from './causes.ts'

type Challenged = Extract<AgentEffect, { type: 'challenged' }>

export interface CredentialsStore {
  /** `byRegistrar`: the challenge answers our REGISTER; the realm that it names first is ours from then on. */
  answer(challenged: Challenged, byRegistrar: boolean): { readonly header: Field } | { readonly failure: Failure }
}

export interface Account {
  readonly user: string
  readonly password: () => string | undefined
  /** Realms that the password is for; none: the one that is named first by whom `learnsFrom` says. */
  readonly realms: readonly string[]
  readonly learnsFrom: 'registrar' | 'any'
}

export function accountOf(settings: Settings): Account {
  const given = settings['softphone.password']
  return {
    user: settings['softphone.authUser'] ?? settings['softphone.user'] ?? '',
    password: () => secretOf(given),
    realms: settings['softphone.realms'] ?? [],
    learnsFrom: settings['softphone.register'] ? 'registrar' : 'any',
  }
}

export function credentialsOf(
  { user, password: given, realms: named, learnsFrom }: Account,
  dice: World['dice'],
): CredentialsStore {
  const realms = new Set(named)
  const counts = new Map<string, number>()
  const learn = realms.size === 0
  return {
    answer: (challenged, byRegistrar) => {
      const password = given()
      if (password === undefined) return { failure: { code: 'credentials-missing' } }
      const stale = challenged.challenges.some(({ params }) => /^true$/i.test(params.get('stale') ?? ''))
      if (challenged.again && !stale)
        return {
          failure: { code: 'credentials-rejected', peer: { protocol: 'sip', status: challenged.proxy ? 407 : 401 } },
        }
      const allowed = (realm: string): boolean =>
        realms.has(realm) || (learn && realms.size === 0 && (byRegistrar || learnsFrom === 'any'))
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
