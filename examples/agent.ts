import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Call, connect, type Stream } from '@openparley/sdk'

// Answers every call with a beep, says each key that is pressed in beeps, and hangs up at # or when it understands “bye”.
// A speech engine takes the place of the beeps: a module whose default export makes one for a call, named as the second argument.
export interface SpeechEngine {
  /** 20 ms of what the caller says, 320 samples at 16,000 Hz: what is understood by now, or nothing yet. */
  hear(samples: Int16Array): string | undefined
  /** What is answered to words or to a key, at 16,000 Hz. */
  reply(words: string): Int16Array | Promise<Int16Array>
}

const [file = 'alice.json', module] = process.argv.slice(2)
const engineFor: () => SpeechEngine = module ? (await import(resolve(module))).default : beeps

const core = await connect({ application: 'agent', role: 'approve' })
const me = await core.open(JSON.parse(readFileSync(file, 'utf8')))
console.log(`ready as ${(await me.phones.ready()).address}`)
for await (const call of me.calls.incoming()) talk(call).catch((error: unknown) => console.error(error))

async function talk({ id: call, remote }: Call): Promise<void> {
  const engine = engineFor()
  const over = new AbortController()
  // One answer after the other; a caller who says more than it can answer is not listened to.
  let answering = Promise.resolve()
  let waiting = 0
  const understand = (words: string): void => {
    if (waiting >= 8) return
    waiting++
    answering = answering.then(() => answer(words)).catch((error: unknown) => console.error(error))
  }
  const answer = async (words: string): Promise<void> => {
    waiting--
    if (over.signal.aborted) return
    console.log(`understood ${words}`)
    if (words === '#' || words === 'bye') await me.calls.end({ call })
    else await speak(stream, await engine.reply(words), over.signal)
  }
  const stream = await me.openStream({
    onFrame: (samples) => {
      const words = engine.hear(samples)
      if (words !== undefined) understand(words)
    },
  })
  try {
    await me.calls.answer({ call, endpoint: { kind: 'stream', stream: stream.id } })
    console.log(`answered ${remote.number}`)
    understand('hello')
    for await (const seen of me.calls.watch()) {
      if (seen.type === 'snapshot' && !seen.state.calls.some(({ id, state }) => id === call && state !== 'ended')) break
      if (seen.type !== 'change') continue
      const { change } = seen
      // Keys come as changes of their own and not as sound (RFC 4733).
      if (change.type === 'digit' && change.call === call) understand(change.digit)
      if (change.type === 'call' && change.call.id === call && change.call.state === 'ended') break
    }
  } finally {
    over.abort()
    await answering
    await stream.close()
    console.log(`${remote.number} is gone`)
  }
}

/** At most half a second ahead of the caller's ear: of more than two seconds the core drops what is oldest. */
async function speak(stream: Stream, samples: Int16Array, ended: AbortSignal): Promise<void> {
  const began = performance.now()
  for (let at = 0; at < samples.length && !ended.aborted; at += 320) {
    stream.write(samples.slice(at, at + 320))
    const aheadMs = at / 16 - (performance.now() - began)
    if (aheadMs > 500) await pause(aheadMs - 400)
  }
}

/** Understands keys alone, which are told without it; says each digit in as many beeps, and all else in one. */
function beeps(): SpeechEngine {
  return {
    hear: () => undefined,
    reply: (words) =>
      Int16Array.from({ length: 6400 * (Number(words) || 1) }, (_, at) =>
        at % 6400 < 3200 ? 8000 * Math.sin((2 * Math.PI * 440 * at) / 16_000) : 0,
      ),
  }
}
