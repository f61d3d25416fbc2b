// What stands for all calls and may be forgotten: calls that do not ring here, are sent on, messages that wait, who can be called now.
import type { ComponentChildren, JSX } from 'preact'
import { Icon, type IconName } from './icons.tsx'
import { messages } from './messages.ts'
import type { OfPage } from './page.ts'
import { nameOf } from './sayings.ts'

export function Standing({ page }: OfPage): JSX.Element | null {
  const { model, acts } = page
  const { standing } = messages
  const { settings } = model.config.value
  const rings = settings['calls.doNotDisturb']
  const sentOn = settings['calls.forward.always']
  const told = model.forwardings.value.get('always')
  const atServer = settings['calls.forward.at']?.value === 'server'
  const stop = sentOn?.layer === 'user' && (
    <button type="button" class="plain" onClick={() => acts.stopForwarding()}>
      {standing.stop}
    </button>
  )
  const waiting = model.phones.value.flatMap(({ messages: all }) => (all?.waiting ? [all] : []))
  const lines = [
    ...model.free.value.map((free) => (
      <Line key={`free ${free.number}`} icon="bell" text={standing.free(free.number)}>
        <button
          type="button"
          class="primary"
          aria-label={standing.callNowOf(free.number)}
          onClick={() => acts.dial(free.number)}
        >
          {standing.callNow}
        </button>
        <button
          type="button"
          class="quiet square"
          aria-label={standing.dismissOf(free.number)}
          onClick={() => acts.forget(free)}
        >
          <Icon name="close" />
        </button>
      </Line>
    )),
    ...model.turnedAway.value.map((one, n) => (
      <Line key={`turned away ${n}`} icon="missed" text={standing.turnedAway(nameOf(one.from), one.error.sentence)}>
        <button
          type="button"
          class="quiet square"
          aria-label={standing.dismissTurnedAway(nameOf(one.from))}
          onClick={() => acts.dismissTurnedAway(one)}
        >
          <Icon name="close" />
        </button>
      </Line>
    )),
    ...model.phones.value.flatMap(({ id, kind, notice, forwardedTo, doNotDisturb }) => {
      // What this phone does itself is said below, by the setting.
      const isHere = kind === 'soft'
      const isSent = forwardedTo !== undefined && !(isHere && !atServer && forwardedTo === sentOn?.value)
      const isQuiet = doNotDisturb && !(isHere && rings?.value === true)
      const { deskForwards, deskDoNotDisturb, serverForwards, serverDoNotDisturb } = standing
      return [
        ...(notice ? [<Line key={`notice ${id}`} icon="info" text={notice} />] : []),
        ...(isSent
          ? [
              <Line key={`sent ${id}`} icon="forward" text={(isHere ? serverForwards : deskForwards)(forwardedTo)}>
                {isHere && atServer && stop}
              </Line>,
            ]
          : []),
        ...(isQuiet
          ? [<Line key={`quiet ${id}`} icon="quiet" text={isHere ? serverDoNotDisturb : deskDoNotDisturb} />]
          : []),
      ]
    }),
    ...waiting.map(({ fresh }, n) => (
      <Line key={`waiting ${n}`} icon="messages" text={fresh ? standing.messages(fresh) : standing.someMessages} />
    )),
    ...(rings?.value === true
      ? [
          <Line key="quiet" icon="quiet" text={standing.doNotDisturb}>
            {rings.layer !== 'policy' && (
              <button type="button" class="plain" onClick={() => acts.toggleDoNotDisturb()}>
                {standing.turnOff}
              </button>
            )}
          </Line>,
        ]
      : []),
    ...(sentOn && !atServer
      ? [
          <Line key="sent" icon="forward" text={standing.forwarded(String(sentOn.value))}>
            {stop}
          </Line>,
        ]
      : []),
    ...(sentOn && atServer && told?.error
      ? [
          <Line key="not sent" icon="warn" text={standing.serverRefused(String(sentOn.value), told.error.sentence)}>
            {stop}
          </Line>,
        ]
      : []),
  ]
  if (lines.length === 0) return null
  return (
    <section class="standing" aria-label={standing.heading}>
      <ul>{lines}</ul>
    </section>
  )
}

function Line({
  icon,
  text,
  children,
}: {
  readonly icon: IconName
  readonly text: string
  readonly children?: ComponentChildren
}): JSX.Element {
  return (
    <li>
      <Icon name={icon} />
      <span class="grow">{text}</span>
      {children}
    </li>
  )
}
