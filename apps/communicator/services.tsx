// How each service is; what is wrong with its sentence and what to do next.
import type { HealthRow } from '@openparley/sdk/browser'
import type { JSX } from 'preact'
import { places } from './focus.ts'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { timeOfDay } from './time.ts'

export function Services({ page: { model } }: OfPage): JSX.Element {
  const { services } = messages
  const rows = model.services.value
  return (
    // Nothing in it has the keyboard, and it may be longer than its place.
    <section class="panel services" id={places.services} tabIndex={0} aria-labelledby="services-heading">
      <h2 id="services-heading">{services.heading}</h2>
      {rows.length === 0 && <p class="faint">{services.none}</p>}
      <ul class="list">
        {rows.map((row) => (
          <Service key={row.service} row={row} />
        ))}
      </ul>
    </section>
  )
}

function Service({ row }: { readonly row: HealthRow }): JSX.Element {
  const { services } = messages
  const { service, state, error, warning, nextTryAt, nextTry, without, works, address, configuredFrom, since } = row
  return (
    <li class={`item service ${state}`}>
      <span class="dot" aria-hidden="true" />
      <div class="grow">
        <p class="service-name">
          <strong>{services.names[service] ?? service}</strong> <span>{services.states[state]}</span>
        </p>
        {warning && (
          <p>
            {warning.sentence} {warning.next}
          </p>
        )}
        {error && <p>{error.sentence}</p>}
        {error && (
          <p>
            <strong>{services.next}</strong> {error.next}
          </p>
        )}
        {without !== undefined && <p>{services.without(without)}</p>}
        {works !== undefined && <p>{services.works(works)}</p>}
        {nextTryAt !== undefined && <p>{services.nextTry(timeOfDay(nextTryAt), nextTry)}</p>}
        <p class="faint">
          {[
            services.since(timeOfDay(since)),
            address === undefined ? undefined : services.server(address),
            configuredFrom && services.configured(configuredFrom.name, configuredFrom.from),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
    </li>
  )
}

/** How many services do not do all that they are there for. */
export function problemsOf(rows: readonly HealthRow[]): number {
  return rows.filter(({ state }) => state === 'degraded' || state === 'failed').length
}
