// A person with a core of their own, for calls with real peers.
import { readFile } from 'node:fs/promises'
import { startInProcess } from '@openparley/daemon/in-process'
import { compareSpeech, readWav } from '@openparley/media'
import { type Call, connect, direct, type Session } from '@openparley/sdk'

export const speech = (who: 'alice' | 'bob'): string =>
  new URL(`../../packages/scenarios/speech/${who}.wav`, import.meta.url).pathname

export interface Signed {
  readonly session: Session
  close(): Promise<void>
}

/** Signs in and waits until the phone is ready. */
export async function signIn(settings: Readonly<Record<string, unknown>>): Promise<Signed> {
  const host = await startInProcess()
  const core = await connect({ application: 'test', role: 'approve', over: direct((request) => host.attach(request)) })
  const session = await core.open(settings)
  await session.phones.ready({ timeoutMs: 15_000 })
  return {
    session,
    close: async () => {
      core.close()
      await host.close()
    },
  }
}

/** Dials, and resolves when the call is connected or ended. */
export async function dial(
  session: Session,
  to: string,
  files: { play?: string; record?: string } = {},
): Promise<Call> {
  const { call } = await session.calls.dial({ to, endpoint: { kind: 'file', ...files, force: true } })
  return session.calls.until(call, ({ state }) => state === 'connected' || state === 'ended', { timeoutMs: 20_000 })
}

/** Resolves when the call's file has been played to its end. */
export async function played(session: Session, call: string): Promise<void> {
  for await (const seen of session.calls.watch({ signal: AbortSignal.timeout(30_000) })) {
    if (seen.type === 'change' && seen.change.type === 'played' && seen.change.call === call) return
  }
  throw new Error('the file was not played to its end')
}

export async function hangUp(session: Session, call: string): Promise<Call> {
  await session.calls.end({ call })
  return session.calls.until(call, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
}

/** How well what was said is found in the recording: the median of the windows. */
export async function heard(said: string, recording: string): Promise<number> {
  return compareSpeech({ reference: readWav(await readFile(said)), recording: readWav(await readFile(recording)) })
    .heard
}
