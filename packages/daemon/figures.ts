// Figures for whoever watches many cores, in Prometheus' form. The library is loaded when somebody first asks.
import type { ErrorCode } from '@openparley/contract'
import type { Core } from '@openparley/core'

export interface Figures {
  answered(method: string, code: ErrorCode | undefined, tookMs: number): void
  /** Something went wrong that nobody had thought of. */
  mistake(): void
  read(): Promise<{ readonly type: string; readonly text: string }>
}

interface Row {
  readonly method: string
  readonly outcome: string
  count: number
  seconds: number
}

export function figures(core: () => Pick<Core, 'applications' | 'callsUp'>): Figures {
  const rows = new Map<string, Row>()
  let mistakes = 0
  let registry: Promise<import('prom-client').Registry> | undefined

  const load = async (): Promise<import('prom-client').Registry> => {
    const { collectDefaultMetrics, Counter, Gauge, Registry } = await import('prom-client')
    const made = new Registry()
    const registers = [made]
    const labelNames = ['method', 'outcome'] as const
    collectDefaultMetrics({ register: made })
    new Gauge({
      name: 'parley_applications',
      help: 'Applications that are attached.',
      registers,
      collect() {
        this.set(core().applications().length)
      },
    })
    new Gauge({
      name: 'parley_calls',
      help: 'Calls that are up in all sessions.',
      registers,
      collect() {
        this.set(core().callsUp())
      },
    })
    new Counter({
      name: 'parley_mistakes_total',
      help: 'Errors that nobody had thought of.',
      registers,
      collect() {
        this.reset()
        this.inc(mistakes)
      },
    })
    const counter = (name: string, help: string, value: (row: Row) => number): void => {
      new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset()
          for (const row of rows.values()) this.inc({ method: row.method, outcome: row.outcome }, value(row))
        },
      })
    }
    counter('parley_requests_total', 'Requests that were answered.', ({ count }) => count)
    counter('parley_request_seconds_total', 'How long they took in all.', ({ seconds }) => seconds)
    return made
  }
  return {
    answered: (given, code, tookMs) => {
      // A name that applications make up must not make rows.
      const method = code === 'method-unknown' ? 'unknown' : given
      const outcome = code ?? 'ok'
      const key = `${method} ${outcome}`
      const row = rows.get(key) ?? { method, outcome, count: 0, seconds: 0 }
      rows.set(key, row)
      row.count++
      row.seconds += tookMs / 1000
    },
    mistake: () => {
      mistakes++
    },
    read: async () => {
      registry ??= load()
      const made = await registry
      return { type: made.contentType, text: await made.metrics() }
    },
  }
}
