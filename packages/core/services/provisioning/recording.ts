// A sign-in as it was recorded: as text without secrets, and gone through again.
import { isSettingName, type Setting, settings } from '@openparley/contract'
import type { RecordedTurn } from '../../runtime/recorder.ts'
import { SignIn, type SignInEffect, type SignInInput } from './sign-in.ts'

export interface WrittenTurn {
  readonly at: number
  readonly input?: unknown
  readonly answers?: readonly unknown[]
  /** What came of it, one line an effect: what a replay is held against. */
  readonly said: readonly string[]
}

export function writeSignInTurn({ at, input, effects, answers }: RecordedTurn): WrittenTurn {
  return {
    at,
    input: withoutSecrets(input),
    ...(answers.length === 0 ? {} : { answers }),
    said: (effects as readonly SignInEffect[]).map(lineOf),
  }
}

/** The lines of each turn as they come out now. Throws where these are no turns of a sign-in. */
export function replaySignIn(options: Readonly<Record<string, unknown>>, turns: readonly WrittenTurn[]): string[][] {
  const answers = turns.flatMap((turn) => turn.answers ?? [])
  const dice = { roll: () => Number(answers.shift()) }
  const engine = new SignIn({ failures: Number(options['failures']), dice })
  return turns.map(({ at, input }) => engine.handle(input as SignInInput, at).map(lineOf))
}

/** What an effect says, without anything that redaction may have changed. */
function lineOf(effect: SignInEffect): string {
  switch (effect.type) {
    case 'ask':
      return `ask ${effect.question} about ${effect.about}`
    case 'proceed':
      return 'proceed'
    case 'found':
      return `found ${effect.found.from}: ${Object.keys(effect.found.values).join(', ') || 'nothing'}`
    case 'step': {
      const { step, ok, skipped, code } = effect.step
      return `step ${step} ${skipped ? 'left out' : ok ? 'ok' : `failed, ${code}`}`
    }
    case 'row':
      return `row ${effect.service} ${effect.row.state}${effect.row.error ? `, ${effect.row.error.code}` : ''}`
    case 'listed':
      return `listed ${effect.devices.map(({ name }) => name).join(', ') || 'none'}; chosen ${effect.chosen?.name ?? 'none'}`
    case 'complete':
      return 'complete'
    case 'lacking':
      return `lacking ${effect.error.code}${effect.waitMs === undefined ? '' : `, again in ${effect.waitMs} ms`}`
  }
}

/** Each message of a ladder: who said what to whom. */
export function asksIn(
  turns: readonly WrittenTurn[],
): { readonly atMs: number; readonly from: string; readonly to: string; readonly label: string }[] {
  return turns.flatMap(({ at, input }) => {
    const { type, question = '', tried } = input as Partial<Extract<SignInInput, { type: 'answered' }>>
    if (type !== 'answered') return []
    return (tried?.attempts ?? []).flatMap(({ address, ms, evidence }) => [
      { atMs: at - ms, from: 'us', to: address, label: question },
      { atMs: at, from: address, to: 'us', label: evidence },
    ])
  })
}

/** A secret setting's value, wherever it stands, becomes as many x. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      isSettingName(name) && (settings[name] as Setting).secret ? hidden(each) : withoutSecrets(each),
    ]),
  )
}

/** Whether there is one stays: the way goes by it. */
function hidden(secret: unknown): unknown {
  return typeof secret === 'string' ? 'x'.repeat(secret.length) : secret
}
