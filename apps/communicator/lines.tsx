// The lines of others that the person watches: whether they are free, ring or talk; each is called or picked up.
import type { JSX } from 'preact'
import { places } from './focus.ts'
import { Icon } from './icons.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { lampText } from './sayings.ts'

export function Lines({ page: { model, acts } }: OfPage): JSX.Element {
  const { lines } = messages
  return (
    <section class="panel lines" id={places.lines} tabIndex={-1} aria-labelledby="lines-heading">
      <h2 id="lines-heading">{lines.heading}</h2>
      <ul class="list">
        {model.lamps.value.map((lamp) => (
          <li key={lamp.number} class="item">
            <span class={`lamp ${lamp.is}`} aria-hidden="true" />
            <div class="grow">
              <strong>{lamp.number}</strong>
              <span class="faint">{lampText(lamp)}</span>
            </div>
            {lamp.is === 'ringing' && (
              <button
                type="button"
                class="quiet square"
                aria-label={lines.pickUp(lamp.number)}
                onClick={() => acts.pickUp(lamp.number)}
              >
                <Icon name="pickUp" />
              </button>
            )}
            {(lamp.is === 'idle' || lamp.is === 'unknown') && (
              <button
                type="button"
                class="quiet square"
                aria-label={lines.call(lamp.number)}
                onClick={() => acts.dial(lamp.number)}
              >
                <Icon name="call" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
