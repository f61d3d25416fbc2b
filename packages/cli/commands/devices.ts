// parley devices: the microphones and speakers of this machine, which are used, and whether they work.
import type { Session, SoundCard } from '@openparley/sdk'
import type { Command } from 'commander'
import { ofSession } from '../of-session.ts'
import { plain, printJson, printLine } from '../print.ts'
import { running } from '../running.ts'
import { untilSignal } from '../signals.ts'

interface Options {
  readonly session?: string
  readonly json?: boolean
  readonly watch?: boolean
  readonly forMs?: string
}

export function devices(program: Command): void {
  const command = program
    .command('devices')
    .description('The microphones and speakers of this machine, and which are used.')
  command
    .command('list', { isDefault: true })
    .description('What is there. The names are for media.microphone, media.speaker and `call --device`.')
    .option('--watch', 'go on telling what comes, goes and is used')
    .option('--session <id>', 'as that session uses them; the only one of the core that runs unless said')
    .option('--json', 'as one JSON object; with --watch one a line')
    .action(async ({ session: id, json = false, watch = false }: Options) => {
      const card = await withSession(id, async (session) => {
        const first = await session.media.devices({})
        show(first, json)
        if (watch) await follow(session, json)
        return first
      })
      if (card.error && !watch) process.exitCode = 1
    })
  command
    .command('test')
    .description('Play a tone, and show how loud it is at the microphone.')
    .option('--for-ms <n>', 'how long, in milliseconds', '3000')
    .option('--session <id>', 'as that session uses them; the only one of the core that runs unless said')
    .option('--json', 'one JSON event a line')
    .action(async ({ session: id, json = false, forMs }: Options) => {
      await withSession(id, (session) => tryOut(session, Number(forMs), json))
    })
}

/** A session of the core that runs; without one a core in this process, where nobody signs in: devices need nobody. */
async function withSession<T>(id: string | undefined, act: (session: Session) => Promise<T>): Promise<T> {
  const core = await running()
  const isSomebodyIn = core && (await core.session.get()).state.sessions.length > 0
  core?.close()
  if (isSomebodyIn || id !== undefined) return ofSession(id, act)
  const { startInProcess } = await import('@openparley/daemon/in-process')
  const { connect, direct } = await import('@openparley/sdk')
  const host = await startInProcess()
  try {
    const own = await connect({ application: 'parley', over: direct((request) => host.attach(request)) })
    return await act(await own.open(nobody))
  } finally {
    await host.close()
  }
}

async function follow(session: Session, json: boolean): Promise<void> {
  for await (const seen of session.media.watch({ signal: untilSignal() })) {
    if (seen.type !== 'change') continue
    const { change } = seen
    if (change.type === 'soundCard') show(change.soundCard, json)
    else if (change.type === 'deviceMoved' && json) printJson({ event: 'moved', ...change, type: undefined })
    else if (change.type === 'deviceMoved')
      printLine(`${plain(change.from)} is ${change.why === 'chosen' ? 'left' : change.why}: ${plain(change.to)}`)
  }
}

async function tryOut(session: Session, durationMs: number, json: boolean): Promise<void> {
  const leave = untilSignal()
  const over = new AbortController()
  const levels = (async () => {
    for await (const seen of session.media.watch({ signal: AbortSignal.any([leave, over.signal]) })) {
      if (seen.type !== 'change' || seen.change.type !== 'levels') continue
      const { microphone, speaker } = seen.change
      if (json) printJson({ event: 'levels', microphone, speaker })
      else if (process.stdout.isTTY)
        process.stdout.write(`\r${bar('microphone', microphone)}  ${bar('speaker', speaker)}`)
    }
  })()
  try {
    const { microphone, speaker, heard } = await session.media.testDevices({ durationMs }, { signal: leave })
    if (json) return printJson({ event: 'heard', microphone, speaker, heard })
    if (process.stdout.isTTY) process.stdout.write('\n')
    printLine(`A tone was played at ${plain(speaker)}.`)
    printLine(
      heard <= -60
        ? `Nothing was heard at ${plain(microphone)}: it may be muted, or far from the speaker.`
        : `${plain(microphone)} heard up to ${heard} dB.`,
    )
  } finally {
    over.abort()
    await levels
  }
}

function show(card: SoundCard, json: boolean): void {
  if (json) return printJson(card)
  const { devices: all, microphone, speaker, echoCancel, error, warning } = card
  for (const { device, name, kind, default: isDefault, available } of all) {
    const isUsed = device === (kind === 'input' ? microphone : speaker)
    const marks = [...(isDefault ? ['default'] : []), ...(available ? [] : ['nothing is plugged in'])]
    const words = kind === 'input' ? 'microphone' : 'speaker'
    const rest = marks.length === 0 ? '' : ` (${marks.join(', ')})`
    printLine(`${isUsed ? '→' : ' '} ${words.padEnd(10)}  ${plain(name)}${rest}  ${plain(device)}`)
  }
  if (echoCancel === 'unavailable')
    printLine(
      'The sound server takes no echo out: use a headset, or load module-filter-heuristics and module-filter-apply.',
    )
  for (const each of [error, warning])
    if (each) printLine(`${each.sentence}${each.detail === undefined ? '' : ` (${plain(each.detail)})`} ${each.next}`)
}

/** -60 dB and less is an empty bar. */
function bar(word: string, level: number): string {
  const length = Math.max(0, Math.min(20, Math.round((level + 60) / 3)))
  return `${word} ${'▇'.repeat(length).padEnd(20)} ${String(level).padStart(4)} dB`
}

/** Without a server nothing is asked of the network. */
const nobody = { 'softphone.user': 'nobody', 'softphone.domain': 'nowhere.invalid' }
