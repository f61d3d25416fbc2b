// A second opinion on calls a second: sipp calls, our agent answers, in a process of its own. Debian's package sip-tester.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SippCalls {
  readonly rate: number
  readonly made: number
  readonly failed: number
  readonly retransmitted: number
  /** Calls a second as sipp counted them to their end. */
  readonly reached: number
}

export async function sippCalls(rate: number, seconds: number): Promise<SippCalls> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-sipp-'))
  const far = fork(new URL('./far.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  try {
    const [port] = (await once(far, 'message')) as [number]
    // What is compiled first is not what is measured.
    await sipp(folder, port, 500, 1000)
    return await sipp(folder, port, rate, rate * seconds)
  } finally {
    far.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function sipp(folder: string, port: number, rate: number, calls: number): Promise<SippCalls> {
  const file = join(folder, `${rate}.csv`)
  const args = [
    '-sn',
    'uac',
    '-i',
    '127.0.0.1',
    '-r',
    String(rate),
    '-m',
    String(calls),
    '-l',
    String(rate * 4),
    '-nostdin',
  ]
  const child = spawn('sipp', [...args, '-trace_stat', '-stf', file, `127.0.0.1:${port}`], {
    stdio: 'ignore',
    cwd: folder,
  })
  const missing = once(child, 'error').then(([error]: unknown[]) => Promise.reject(error))
  missing.catch(() => {})
  await Promise.race([once(child, 'exit'), missing])
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  const names = head.split(';')
  const values = (lines.at(-1) ?? '').split(';')
  const of = (name: string): number => Number(values[names.indexOf(name)] ?? Number.NaN)
  return {
    rate,
    made: of('TotalCallCreated'),
    failed: of('FailedCall(C)'),
    retransmitted: of('Retransmissions(C)'),
    reached: Math.round(of('CallRate(C)')),
  }
}
