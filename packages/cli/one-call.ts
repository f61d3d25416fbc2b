// One call from beginning to end, told line by line: what `call` and `answer` share.
import type { startInProcess } from '@openparley/daemon/in-process'
import type { Call, Endpoint, Member, Phone, Session } from '@openparley/sdk'
import type { Command } from 'commander'
import { howDialled, type InCallOptions, inCall } from './in-call.ts'
import { complain, printJson, printLine, whyOf } from './print.ts'
import { readSettingsFile } from './settings-file.ts'
import { untilSignal } from './signals.ts'

export interface OneCallOptions extends InCallOptions {
  readonly settings: string
  readonly play?: string
  readonly record?: string
  readonly force?: boolean
  /** The sound card; with a name, that one of it. */
  readonly device?: boolean
  readonly microphone?: string
  readonly speaker?: string
  readonly json?: boolean
  /** Whom to call; to wait for a call where it is absent. */
  readonly number?: string
  readonly anonymous?: boolean
  /** The number of the line to call out of: the person’s first that is ready unless said. */
  readonly line?: string
}

export function soundOptions(command: Command): Command {
  return command
    .requiredOption('--settings <file>', 'a JSON object of dotted names, see `parley config schema`')
    .option('--play <file>', 'a WAV file to say, 8 or 16 kHz, 16 bit, mono')
    .option('--record <file>', 'a WAV file to write what the other side says to')
    .option('--device', 'speak and hear by the microphone and speaker of this machine, see `parley devices`')
    .option('--microphone <name>', 'by that microphone')
    .option('--speaker <name>', 'by that speaker')
    .option('--force', 'replace the recording if it exists')
    .option('--for-ms <n>', 'hang up so long after the answer, in milliseconds')
    .option('--json', 'one JSON event a line')
}

/** The exit code: 0 if the call was answered. Whatever happens, `ended` is told, once and last. */
export async function oneCall(options: OneCallOptions): Promise<number> {
  const { json = false } = options
  const tell: Tell = (event, rest = {}) => {
    if (json) printJson({ event, ...rest })
    else printLine(sentence(event, rest))
  }
  const leave = untilSignal()
  const over = new AbortController()
  let host: InProcess | undefined
  let ended: Ended
  try {
    const act = inCall(options, (error) => complain(error, json), over.signal)
    const settings = await readSettingsFile(options.settings)
    const { startInProcess } = await import('@openparley/daemon/in-process')
    host = await startInProcess()
    ended = await callOn(host, settings, { options, tell, act, leave })
  } catch (error) {
    ended = { answered: false, end: { by: 'local' }, ...whyOf(error) }
  }
  over.abort()
  tell('ended', ended)
  await host?.close()
  return ended.answered ? 0 : 1
}

type InProcess = Awaited<ReturnType<typeof startInProcess>>
type Tell = (event: string, rest?: Readonly<Record<string, unknown>>) => void

interface Ended {
  readonly answered: boolean
  readonly end: Call['end']
  readonly [fact: string]: unknown
}

interface Means {
  readonly options: OneCallOptions
  readonly tell: Tell
  /** What is to be done at the answer. */
  readonly act: (session: Session, call: string) => void
  /** Aborted when the person wants to leave. */
  readonly leave: AbortSignal
}

async function callOn(host: InProcess, settings: Record<string, unknown>, means: Means): Promise<Ended> {
  const { tell, leave } = means
  const { connect, direct, problem } = await import('@openparley/sdk')
  const core = await connect({
    application: 'parley',
    role: 'approve',
    over: direct((request) => host.attach(request)),
  })
  const session = await core.open(settings)
  const { line } = means.options
  const phone = await firstState(session, leave, line)
  if (phone === 'none') throw problem('phone-unknown', line)
  if (!phone) return { answered: false, end: { by: 'local' } }
  for (const { warning } of (await session.health.get()).state.services)
    if (warning) process.stderr.write(`${warning.sentence}\n${warning.next}\n`)
  const { is, error, server } = phone.state
  if (is !== 'ready')
    return { answered: false, end: { by: 'local', ...(error ? { error } : {}) }, ...(error ? whyOf(error) : {}) }
  tell('ready', { address: phone.address, ...(server === undefined ? {} : { server }) })
  return follow(session, line === undefined ? undefined : phone.id, means)
}

async function follow(
  session: Session,
  phone: string | undefined,
  { options, tell, act, leave }: Means,
): Promise<Ended> {
  const { number, play, record, force } = options
  const file = {
    kind: 'file' as const,
    ...(play === undefined ? {} : { play }),
    ...(record === undefined ? {} : { record }),
    ...(force ? { force: true } : {}),
  }
  const sound = soundCard(options) ?? (play === undefined && record === undefined ? { kind: 'none' as const } : file)
  /** The call, as it was seen last. */
  let seen: Call | undefined
  let id: string | undefined
  let failure: unknown
  let word = ''
  let listed = '[]'
  let begun = false
  const patience = new AbortController()
  const end = (): void => {
    // A server that is gone says nothing to our BYE.
    setTimeout(() => patience.abort(), id === undefined ? 0 : endMs).unref()
    if (id !== undefined) void session.calls.end({ call: id }).catch(() => undefined)
  }
  leave.addEventListener('abort', end)
  const watching = session.calls.watch({ signal: patience.signal })
  if (number !== undefined) {
    const { anonymous } = options
    const how = {
      ...howDialled(options),
      ...(anonymous === undefined ? {} : { anonymous }),
      ...(phone === undefined ? {} : { phone }),
    }
    id = (await session.calls.dial({ to: number, endpoint: sound, ...how })).call
  }
  if (leave.aborted) end()
  for await (const message of watching) {
    for (const call of callsIn(message)) {
      if (id === undefined && call.direction === 'incoming' && call.state === 'alerting') take(call)
      if (call.id !== id) continue
      seen = call
      if (call.state === 'ended') return endOf(call)
      show(call)
    }
    if (message.type !== 'change') continue
    const { change } = message
    if (change.type === 'digit') tell('digit', { digit: change.digit })
    if (change.type === 'played') {
      tell('played')
      if (options.forMs === undefined && id !== undefined) void session.calls.end({ call: id }).catch(() => undefined)
    }
  }
  return { ...(id === undefined ? {} : { call: id }), answered: seen?.answeredAt !== undefined, end: { by: 'local' } }

  function take({ id: call, remote: from, precedence }: Call): void {
    id = call
    tell('incoming', { call, from, ...(precedence === undefined ? {} : { precedence }) })
    session.calls.answer({ call, endpoint: sound }).catch((error: unknown) => {
      failure = error
      void session.calls.decline({ call }).catch(() => undefined)
    })
  }
  function show({ id: call, state, earlyMedia, held, remote, focus }: Call): void {
    const is = state === 'dialling' && earlyMedia ? 'early-media' : held === 'no' ? state : `held-${held}`
    // Whom one talks with may change: by a transfer, or because the call was sent on.
    const now = `${is} ${remote.number}`
    if (now !== word) {
      word = now
      tell(is, { call, remote })
    }
    const members = focus?.members ?? []
    if (JSON.stringify(members) !== listed) {
      listed = JSON.stringify(members)
      tell('members', { call, members })
    }
    if (is === 'connected' && !begun) {
      begun = true
      act(session, call)
    }
  }
  function endOf({ id: call, answeredAt, end, statistics }: Call): Ended {
    const why = end?.by === 'local' ? (failure ?? end.error) : end?.error
    return {
      call,
      answered: answeredAt !== undefined,
      end,
      ...(why === undefined ? {} : whyOf(why)),
      ...(statistics ? { statistics } : {}),
    }
  }
}

/** The sound card, where one of its options is given. Throws a sentence where files are, too. */
function soundCard({ device, microphone, speaker, play, record }: OneCallOptions): Endpoint | undefined {
  if (!device && microphone === undefined && speaker === undefined) return undefined
  if ((play ?? record) !== undefined)
    throw new Error('--device takes the place of --play and --record; --record-both writes down both sides.')
  return {
    kind: 'device',
    ...(microphone === undefined ? {} : { microphone }),
    ...(speaker === undefined ? {} : { speaker }),
  }
}

type CallsMessage = Session['calls'] extends { watch(...args: never[]): AsyncIterable<infer M> } ? M : never

function callsIn(message: CallsMessage): readonly Call[] {
  if (message.type === 'snapshot') return message.state.calls
  return message.change.type === 'call' ? [message.change.call] : []
}

/** The phone of that line, or any, as soon as its first attempt is over, well or not; undefined if the person leaves before. */
async function firstState(session: Session, leave: AbortSignal, line?: string): Promise<Phone | 'none' | undefined> {
  const signal = AbortSignal.any([leave, AbortSignal.timeout(60_000)])
  const known = new Map<string, Phone>()
  for await (const seen of session.phones.watch({ signal })) {
    for (const phone of seen.type === 'snapshot' ? seen.state.phones : [seen.change.phone]) known.set(phone.id, phone)
    const meant = [...known.values()].filter((phone) => line === undefined || phone.line?.number === line)
    const settled = meant.find(isSettled)
    if (settled) return settled
    // The lines of a device are all there before the first is asked for.
    if (meant.length === 0 && [...known.values()].some(isSettled)) return 'none'
  }
  if (leave.aborted) return undefined
  throw new Error('The phone said nothing for a minute.')
}

function isSettled({ state }: Phone): boolean {
  return ['ready', 'waiting', 'failed'].includes(state.is)
}

function sentence(event: string, rest: Record<string, unknown>): string {
  const word = (name: string): string => (typeof rest[name] === 'string' ? (rest[name] as string) : '')
  if (event === 'ready') return `ready as ${word('address')}`
  if (event === 'members') {
    const members = rest['members'] as readonly Member[]
    return `in the conference: ${members.map(({ displayName, number }) => displayName ?? number).join(', ')}`
  }
  if (event === 'digit') return `digit ${word('digit')}`
  return event === 'ended' && word('sentence') !== '' ? `ended: ${word('sentence')} ${word('next')}` : event
}

/** How long the other side may take to acknowledge that we leave. */
const endMs = 5000
