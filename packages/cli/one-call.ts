// One call from beginning to end, told line by line: what `call` and `answer` share.
import type { Member, Phone, Session } from '@openparley/sdk'
import type { Command } from 'commander'
import { type InCallOptions, inCall } from './in-call.ts'
import { complain, printJson, printLine } from './print.ts'
import { readSettingsFile } from './settings-file.ts'

export interface OneCallOptions extends InCallOptions {
  readonly settings: string
  readonly play?: string
  readonly record?: string
  readonly force?: boolean
  readonly forMs?: string
  readonly json?: boolean
  /** Whom to call; to wait for a call where it is absent. */
  readonly number?: string
  readonly account?: string
  readonly matter?: string
  readonly precedence?: string
  readonly anonymous?: boolean
}

export function soundOptions(command: Command): Command {
  return command
    .requiredOption('--settings <file>', 'a JSON object of dotted names, see `parley config schema`')
    .option('--play <file>', 'a WAV file to say, 8 or 16 kHz, 16 bit, mono')
    .option('--record <file>', 'a WAV file to write what the other side says to')
    .option('--force', 'replace the recording if it exists')
    .option('--for-ms <n>', 'hang up so long after the answer, in milliseconds')
    .option('--json', 'one JSON event a line')
}

/** The exit code: 0 if the call was answered. */
export async function oneCall(options: OneCallOptions): Promise<number> {
  const tell = (event: string, rest: Record<string, unknown> = {}): void => {
    if (options.json) printJson({ event, ...rest })
    else printLine(sentence(event, rest))
  }
  const forMs = options.forMs === undefined ? undefined : Number(options.forMs)
  if (forMs !== undefined && !(forMs >= 0)) throw new Error('--for-ms takes a number of milliseconds.')
  const act = inCall(options, (error) => complain(error, options.json === true))
  const settings = await readSettingsFile(options.settings)
  const { startInProcess } = await import('@openparley/daemon/in-process')
  const host = await startInProcess()
  const leave = new AbortController()
  const interrupt = (): void => leave.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const { connect, direct } = await import('@openparley/sdk')
    const core = await connect({
      application: 'parley',
      role: 'approve',
      over: direct((request) => host.attach(request)),
    })
    const session = await core.open(settings)
    const phone = await firstState(session)
    if (phone.state.is !== 'ready') {
      const { error } = phone.state
      tell('ended', {
        answered: false,
        end: { by: 'local', ...(error ? { error } : {}) },
        ...(error ? { code: error.code, sentence: error.sentence, next: error.next } : {}),
      })
      return 1
    }
    tell('ready', {
      address: phone.address,
      ...(phone.state.server === undefined ? {} : { server: phone.state.server }),
    })
    const file = options.play !== undefined || options.record !== undefined
    const endpoint = file
      ? ({
          kind: 'file',
          ...(options.play === undefined ? {} : { play: options.play }),
          ...(options.record === undefined ? {} : { record: options.record }),
          ...(options.force ? { force: true } : {}),
        } as const)
      : ({ kind: 'none' } as const)
    let begun = false
    return await follow()

    async function follow(): Promise<number> {
      let id: string | undefined
      let state: string | undefined
      let listed = '[]'
      const watching = session.calls.watch({ signal: AbortSignal.timeout(86_400_000) })
      leave.signal.addEventListener('abort', () => {
        if (id === undefined) void host.close()
        else void session.calls.end({ call: id }).catch(() => undefined)
      })
      if (options.number !== undefined) {
        const { account, matter, precedence, anonymous } = options
        const codes = { ...(account === undefined ? {} : { account }), ...(matter === undefined ? {} : { matter }) }
        const how = {
          ...(precedence === undefined ? {} : { precedence }),
          ...(anonymous === undefined ? {} : { anonymous }),
        }
        id = (await session.calls.dial({ to: options.number, endpoint, codes, ...how })).call
      }
      for await (const seen of watching) {
        const known =
          seen.type === 'snapshot' ? seen.state.calls : seen.change.type === 'call' ? [seen.change.call] : []
        for (const call of known) {
          if (id === undefined && call.direction === 'incoming' && call.state === 'alerting') {
            id = call.id
            const { precedence } = call
            tell('incoming', { call: call.id, from: call.remote, ...(precedence === undefined ? {} : { precedence }) })
            session.calls
              .answer({ call: call.id, endpoint })
              .catch((error: unknown) => complain(error, options.json === true))
          }
          if (call.id !== id) continue
          if (call.state === 'ended') {
            const { end, statistics } = call
            const error = end?.error
            tell('ended', {
              call: call.id,
              answered: call.answeredAt !== undefined,
              end,
              ...(error ? { code: error.code, sentence: error.sentence, next: error.next } : {}),
              ...(statistics ? { statistics } : {}),
            })
            return call.answeredAt === undefined ? 1 : 0
          }
          const word =
            call.state === 'dialling' && call.earlyMedia
              ? 'early-media'
              : call.held === 'no'
                ? call.state
                : `held-${call.held}`
          // Whom one talks with may change: by a transfer, or because the call was sent on.
          const now = `${word} ${call.remote.number}`
          if (now !== state) {
            state = now
            tell(word, { call: call.id, remote: call.remote })
            if (word === 'connected') connected(call.id)
          }
          const members = call.focus?.members ?? []
          if (JSON.stringify(members) !== listed) {
            listed = JSON.stringify(members)
            tell('members', { call: call.id, members })
          }
        }
        if (seen.type === 'change' && seen.change.type === 'digit') tell('digit', { digit: seen.change.digit })
        if (seen.type === 'change' && seen.change.type === 'played') {
          tell('played')
          if (forMs === undefined && id !== undefined) void session.calls.end({ call: id }).catch(() => undefined)
        }
      }
      return 1
    }

    function connected(call: string): void {
      if (begun) return
      begun = true
      act(session, call)
      if (forMs !== undefined) {
        setTimeout(() => void session.calls.end({ call }).catch(() => undefined), forMs)
      }
    }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    await host.close()
  }
}

/** The phone as soon as its first attempt is over, well or not. */
async function firstState(session: Session): Promise<Phone> {
  for await (const seen of session.phones.watch({ signal: AbortSignal.timeout(60_000) })) {
    const known = seen.type === 'snapshot' ? seen.state.phones : [seen.change.phone]
    const settled = known.find(({ state }) => ['ready', 'waiting', 'failed'].includes(state.is))
    if (settled) return settled
  }
  throw new Error('The phone said nothing for a minute.')
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
