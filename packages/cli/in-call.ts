// What a command does while its call is up, each at its time after the answer.
import type { Session } from '@openparley/sdk'
import type { Command } from 'commander'

export interface InCallOptions {
  readonly forMs?: string
  readonly digits?: string
  readonly transfer?: string
  readonly consult?: string
  readonly hold?: string
  readonly recordBoth?: string
  readonly force?: boolean
  readonly account?: string
  readonly matter?: string
  readonly precedence?: string
}

export function inCallOptions(command: Command): Command {
  return command
    .option('--transfer <number[@ms]>', 'transfer the other side there, so long after the answer')
    .option('--consult <number[@ms]>', 'hold, call them first, and connect the two when they answer')
    .option(
      '--account <code>',
      'the authorization code of the call that is dialled, given when the server asks for it; env:NAME or - (the input) keep it out of the process list',
    )
    .option('--matter <code>', 'its client matter code, after it; env:NAME or - as well')
    .option('--precedence <level>', 'how important it is: flash, or dsn.flash (RFC 4412)')
    .option('--hold <ms..ms>', 'hold from the first moment after the answer to the second')
    .option(
      '--record-both <file>',
      'a WAV file to write both sides to; both hear a beep unless calls.record.tone is off',
    )
}

/** Checks the options and returns what is to be done at the answer, until the call is over. Throws a sentence where one is wrong. */
export function inCall(
  options: InCallOptions,
  failed: (error: unknown) => void,
  over: AbortSignal,
): (session: Session, call: string) => void {
  const forMs = options.forMs === undefined ? undefined : Number(options.forMs)
  if (forMs !== undefined && !(forMs >= 0)) throw new Error('--for-ms takes a number of milliseconds.')
  const transfer = placed('--transfer', options.transfer)
  const consult = placed('--consult', options.consult)
  const hold = options.hold === undefined ? undefined : /^(\d+)\.\.(\d+)$/.exec(options.hold)
  if (hold === null) throw new Error('--hold takes two moments in milliseconds: 1000..4000.')
  const at = (ms: number, act: () => Promise<unknown>): void => {
    const timer = setTimeout(() => void act().catch((error: unknown) => over.aborted || failed(error)), ms)
    over.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }
  return (session, call) => {
    const { calls } = session
    const { digits, recordBoth: record, force = false } = options
    if (forMs !== undefined) at(forMs, () => calls.end({ call }))
    if (record !== undefined) at(0, () => calls.record({ call, record, force }))
    if (digits !== undefined) at(0, () => calls.sendDigits({ call, digits }))
    if (hold) {
      at(Number(hold[1]), () => calls.hold({ call }))
      at(Number(hold[2]), () => calls.resume({ call }))
    }
    if (transfer) at(transfer.ms, () => calls.transfer({ call, to: transfer.number }))
    if (consult)
      at(consult.ms, async () => {
        await calls.hold({ call })
        const asked = await calls.dial({ to: consult.number, ...howDialled(options) })
        const { state, end } = await calls.until(
          asked.call,
          (each) => each.state === 'connected' || each.state === 'ended',
          { timeoutMs: 60_000 },
        )
        if (state === 'connected') return calls.transfer({ call, with: asked.call })
        throw new Error(end?.error ? `${end.error.sentence} ${end.error.next}` : 'They did not answer.')
      })
  }
}

/** What the options say of a call that the command dials. */
export function howDialled({ account, matter, precedence }: InCallOptions): Omit<DialParameters, 'to'> {
  return {
    codes: { ...(account === undefined ? {} : { account }), ...(matter === undefined ? {} : { matter }) },
    ...(precedence === undefined ? {} : { precedence }),
  }
}

type DialParameters = Parameters<Session['calls']['dial']>[0]

function placed(
  option: string,
  text: string | undefined,
): { readonly number: string; readonly ms: number } | undefined {
  if (text === undefined) return undefined
  const [, number, ms] = /^(.+?)(?:@(\d+))?$/.exec(text) ?? []
  if (number === undefined) throw new Error(`${option} takes a number, and @ with milliseconds.`)
  return { number, ms: Number(ms ?? 0) }
}
