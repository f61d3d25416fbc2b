// A diagnosis of a session: the steps of its sign-in, and what stands beside them.
import {
  type DiagnosisStep,
  errors,
  type RuleDirection,
  type Settings,
  type StateOf,
  type services,
} from '@openparley/contract'
import type { XmppState } from './links/xmpp/index.ts'
import type { DialRulesService } from './services/dial-rules/index.ts'
import { troubleOf } from './services/dial-rules/index.ts'
import type { WayServer } from './services/media/index.ts'
import type { Provisioning } from './services/provisioning/index.ts'

export interface Diagnosis {
  readonly ok: boolean
  readonly steps: DiagnosisStep[]
}

export interface Diagnosed {
  readonly way: Provisioning
  readonly rules: DialRulesService
  /** How signing in to the chat server went; undefined: nobody signs in to one. */
  readonly chat: () => Promise<XmppState | undefined>
  /** How the calendar was read; undefined: nobody wants it read. */
  readonly calendar: () => Promise<DiagnosisStep | undefined>
  /** How the sources of the directory stand; undefined: there is none. */
  readonly directory: () => Promise<DiagnosisStep | undefined>
  /** How the mailbox is reached; undefined: no settings name one. */
  readonly voicemail: () => Promise<DiagnosisStep | undefined>
  /** How the conference servers answer; undefined: settings name none. */
  readonly conferences: () => Promise<DiagnosisStep | undefined>
  /** How the servers that help to find ways for sound have answered; none: settings name none. */
  readonly ways: () => Promise<readonly WayServer[]>
  readonly settings: () => Pick<Settings, 'dialRules.from'>
  readonly now: () => number
}

export async function diagnose(looked: Diagnosed): Promise<Diagnosis> {
  const way = await looked.way.diagnosis()
  const calendar = (await looked.calendar()) ?? skipped('calendar', 'no calendar server is set')
  const directory = (await looked.directory()) ?? skipped('directory', 'no directory is set')
  const voicemail = (await looked.voicemail()) ?? skipped('voicemail', 'no mail store is set')
  const conferences = (await looked.conferences()) ?? skipped('conferences', 'no conference server is set')
  const calls = [...way.steps, await rulesStep(looked, way.ok)]
  const steps = [
    ...calls,
    await chatStep(looked),
    calendar,
    directory,
    voicemail,
    conferences,
    ...(await waySteps(looked)),
  ]
  return { ok: steps.every(({ ok }) => ok), steps }
}

/** Dial rules come from the same servers as the device's file: where a step before has failed they say nothing new. */
async function rulesStep({ rules, settings, now }: Diagnosed, cameSoFar: boolean): Promise<DiagnosisStep> {
  // Files and the database need different things of a server: who finds the one has not found the other.
  const step = settings()['dialRules.from'] === 'axl' ? 'dial-rules-database' : 'dial-rules'
  if (!cameSoFar) return skipped(step, 'a step before has failed')
  const begun = now()
  await rules.look()
  const { state } = rules.state.read()
  const error = troubleOf(state)
  const ms = Math.round(now() - begun)
  if (error) {
    const evidence = error.detail ?? error.sentence
    return { step, ok: false, ms, code: error.code, evidence, hint: error.next }
  }
  const found = (['application', 'directory'] as const).filter((direction) => state[direction].from !== undefined)
  if (found.length === 0) return skipped(step, 'there are no dial rules')
  return { step, ok: true, ms, evidence: found.map((direction) => evidenceOf(direction, state)).join('; ') }
}

/** Chat has servers of its own: it goes well or not, whatever becomes of the phone. */
async function chatStep({ chat, now }: Diagnosed): Promise<DiagnosisStep> {
  const step = 'chat'
  const begun = now()
  const state = await chat()
  if (state === undefined || state.is === 'off') return skipped(step, 'no chat server is set or found')
  const ms = Math.round(now() - begun)
  const at = state.server === undefined ? {} : { address: state.server }
  const { error } = state
  if (!error) return { step, ok: true, ...at, ms, evidence: 'signed in' }
  return { step, ok: false, ...at, ms, code: error.code, evidence: error.detail ?? error.sentence, hint: error.next }
}

/** A step for each server: which of several is out of order matters here, and not only whether one is left. */
async function waySteps({ ways, now }: Diagnosed): Promise<DiagnosisStep[]> {
  const begun = now()
  const servers = await ways()
  if (servers.length === 0) return [skipped('sound-ways', 'no STUN server or relay is set')]
  const ms = Math.round(now() - begun)
  return servers.map(({ server, code, detail }) => {
    const step = { step: 'sound-ways', address: server, ms }
    if (code === undefined) return { ...step, ok: true, evidence: 'it answers' }
    return { ...step, ok: false, code, evidence: detail ?? errors[code].sentence, hint: errors[code].next }
  })
}

function skipped(step: string, evidence: string): DiagnosisStep {
  return { step, ok: true, skipped: true, ms: 0, evidence }
}

function evidenceOf(direction: RuleDirection, state: StateOf<(typeof services)['dialRules']>): string {
  const { count, from } = state[direction]
  return `${count} ${direction} rules from ${from}`
}
