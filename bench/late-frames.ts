// How punctual the media thread is: 100 calls of one codec in one process, idle, and with two busy processes beside.
import { spawn } from 'node:child_process'
import { mediaRtp } from '../packages/core/adapters/media-rtp/index.ts'

export interface LateFrames {
  readonly frames: number
  /** Shares of all frames, in percent. */
  readonly over2Ms: number
  readonly over20Ms: number
  readonly maxLateMs: number
  /** CPU of the whole process per call, in percent of a core. */
  readonly cpuPerCall: number
}

/** Each call is two legs of this process, so that both sides' work is counted. */
export async function lateFrames(calls: number, seconds: number, busy: boolean, codec = 'PCMU'): Promise<LateFrames> {
  const beside = busy
    ? [1, 2].map(() => spawn(process.execPath, ['-e', 'for (;;) Math.sqrt(Math.random())'], { stdio: 'ignore' }))
    : []
  const has = ({ name }: { readonly name: string }): boolean => name === codec || name === 'telephone-event'
  const media = mediaRtp()
  try {
    const port = media.port(() => [0, 0])
    const legs = await Promise.all(Array.from({ length: calls * 2 }, () => port.openLeg('127.0.0.1', () => {})))
    for (let i = 0; i < legs.length; i += 2) {
      const [a, b] = [legs[i], legs[i + 1]]
      if (!a || !b) continue
      a.connect({ ...b.local, codecs: b.local.codecs.filter(has) }, 'sendrecv')
      b.connect({ ...a.local, codecs: a.local.codecs.filter(has) }, 'sendrecv')
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const before = await media.pacing()
    const cpu = process.cpuUsage()
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    const { user, system } = process.cpuUsage(cpu)
    const after = await media.pacing()
    const frames = after.frames - before.frames
    const percent = (count: number): number => Math.round((count / frames) * 10_000) / 100
    return {
      frames,
      over2Ms: percent(after.lateOver2Ms - before.lateOver2Ms),
      over20Ms: percent(after.lateOver20Ms - before.lateOver20Ms),
      maxLateMs: Math.round(after.maxLateMs * 10) / 10,
      cpuPerCall: Math.round(((user + system) / (seconds * 1e6) / calls) * 100_000) / 1000,
    }
  } finally {
    await media.close()
    for (const child of beside) child.kill()
  }
}

/** CPU of a call of each codec, both of its legs in the process, in percent of a core. */
export async function codecCosts(calls: number, seconds: number): Promise<Record<string, number>> {
  const costs: Record<string, number> = {}
  for (const codec of ['PCMU', 'G722', 'opus'])
    costs[codec] = (await lateFrames(calls, seconds, false, codec)).cpuPerCall
  return costs
}
