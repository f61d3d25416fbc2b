// How good the call sounds: a word, the reason where it is not good, and the figures behind them.
import type { Call, Statistics } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { lossOf, qualityOf, type Reason } from './quality.ts'

export function QualityOf({
  page: { model },
  call: { id, held },
}: OfPage & { readonly call: Call }): JSX.Element | null {
  const { quality } = messages
  const now = useSignal<Statistics | undefined>(undefined)
  const before = useSignal<Statistics | undefined>(undefined)
  const isHeld = held !== 'no'
  useEffect(() => {
    before.value = undefined
    now.value = undefined
    if (isHeld) return
    const leaving = new AbortController()
    const look = async (): Promise<void> => {
      if (document.hidden) return
      const figures = await model.session.calls.statistics({ call: id }, { signal: leaving.signal })
      if (leaving.signal.aborted) return
      before.value = now.value
      now.value = figures
    }
    // No figures: the call has no sound yet or is over; the next look tells.
    const timer = setInterval(() => void look().catch(() => undefined), everyMs)
    void look().catch(() => undefined)
    return () => {
      leaving.abort()
      clearInterval(timer)
    }
  }, [id, isHeld])
  if (isHeld) return null
  const figures = now.value
  const { word, reason } = figures ? qualityOf(figures, before.value) : {}
  return (
    <div class="quality">
      <p>
        <span class="faint">{quality.heading}</span>{' '}
        <strong class={`word ${word ?? ''}`}>{word ? quality.words[word] : quality.waiting}</strong>
      </p>
      {reason && <p class="faint">{reasonText(reason)}</p>}
      {figures && (
        <details>
          <summary>{messages.calls.details}</summary>
          <dl>
            {rowsOf(figures).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  )
}

function reasonText(reason: Reason): string {
  const { quality } = messages
  switch (reason.is) {
    case 'loss':
      return quality.loss((reason.share * 100).toFixed(1))
    case 'jitter':
      return quality.jitter(reason.ms)
    case 'delay':
      return quality.delay(reason.ms)
    case 'silent':
      return quality.silent
  }
}

function rowsOf(figures: Statistics): readonly (readonly [string, string])[] {
  const { figures: names, unknown } = messages.quality
  return [
    [names.mos, figures.mos?.toFixed(1) ?? unknown],
    [names.loss, `${(lossOf(figures) * 100).toFixed(1)} %`],
    [names.jitter, `${figures.jitterMs.toFixed(0)} ms`],
    [names.delay, figures.roundTripMs === undefined ? unknown : `${figures.roundTripMs.toFixed(0)} ms`],
    [names.codec, figures.codec ?? unknown],
  ]
}

const everyMs = 2000
