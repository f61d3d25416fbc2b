// A person with a core of their own, for calls with real peers.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

export const seen = (of: Signed, id: string, is: (call: Call) => boolean): Promise<Call> =>
  of.session.calls.until(id, is, { timeoutMs: 10_000 })

/** Answers the next call that comes, and resolves to its name. */
export async function answers(of: Signed): Promise<string> {
  for await (const { id } of of.session.calls.incoming({ signal: AbortSignal.timeout(20_000) })) {
    await of.session.calls.answer({ call: id })
    return id
  }
  throw new Error('no call came')
}

/** One dials, the other answers; both are connected. */
export async function connected(
  caller: Signed,
  callee: Signed,
  number: string,
): Promise<{ caller: string; callee: string }> {
  const coming = answers(callee)
  const call = await dial(caller.session, number)
  assert.equal(call.state, 'connected', JSON.stringify(call.end))
  return { caller: call.id, callee: await coming }
}

/** One says their sentence into a call, the other records it. What is returned checks, when the calls are over, that it was heard. */
export async function hears(
  folder: string,
  speaker: Signed,
  from: string,
  listener: Signed,
  into: string,
  who: 'alice' | 'bob',
): Promise<() => Promise<void>> {
  const record = join(folder, `${who}-${into}.wav`)
  await listener.session.calls.attach({ call: into, endpoint: { kind: 'file', record, force: true } })
  const over = played(speaker.session, from)
  await speaker.session.calls.attach({ call: from, endpoint: { kind: 'file', play: speech(who) } })
  await over
  return async () => {
    const found = await heard(speech(who), record)
    assert.ok(found >= 0.9, `${who} was heard at ${found}`)
  }
}
