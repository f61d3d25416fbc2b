// What was said, oldest first, a day at a time. Arrows go from message to message; older ones come as one scrolls up.
import type { Message } from '@openparley/sdk/browser'
import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals'
import { Fragment, type JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { chatMessages } from './chat-messages.ts'
import { type MenuEntry, useMenu } from './kit.tsx'
import { elementOf, MessageView } from './message.tsx'
import type { OfPage } from './page.ts'
import { type Circle, circleOf, correctable, isBySip, ownReactions } from './said.ts'
import { dayOf, daysBetween } from './time.ts'

export function Log({ page, address }: OfPage & { readonly address: string }): JSX.Element {
  const { talk } = page.model.people
  const { acts } = page
  const messages = talk.messages.value
  const current = useSignal<string | undefined>(undefined)
  const circle = useCircle(page, address)
  const byId = new Map(messages.map((message) => [message.id, message]))
  const last = messages.at(-1)?.id
  const standing = current.value !== undefined && byId.has(current.value) ? current.value : last
  const { box, scrolled, isAway, toEnd } = useScroll(page, messages)
  const menu = useMenu((what, of) => {
    const message = byId.get(of)
    if (message) choose(page, what, message)
  })
  useReached(page, (id) => {
    current.value = id
  })
  const goTo = (id: string | undefined): void => {
    if (id === undefined) return
    current.value = id
    document.getElementById(elementOf(id))?.focus()
  }
  const pressed = (event: KeyboardEvent): void => {
    const { target, key } = event
    // What stands in a message has its own keys.
    if (!(target instanceof HTMLElement) || !target.matches('.message') || event.altKey || event.ctrlKey) return
    const now = messages.findIndex(({ id }) => id === standing)
    const to = { ArrowUp: now - 1, ArrowDown: now + 1, Home: 0, End: messages.length - 1 }[key]
    if (to !== undefined) {
      event.preventDefault()
      goTo(messages[Math.min(Math.max(to, 0), messages.length - 1)]?.id)
      if (to < 0 && talk.hasOlder.value) acts.olderMessages()
    } else if (key === 'Enter' || key === ' ' || key === 'ContextMenu' || (key === 'F10' && event.shiftKey)) {
      event.preventDefault()
      target.querySelector<HTMLElement>(':scope > button')?.click()
    }
  }
  const open = byId.get(menu.of.value ?? '')
  return (
    <div
      ref={box}
      class="log"
      role="log"
      // What comes is told apart: older pages are no news.
      aria-live="off"
      aria-label={chatMessages.log(circle.name)}
      aria-describedby="log-hint"
      {...(messages.length === 0 ? { tabIndex: 0 } : {})}
      onScroll={scrolled}
      onKeyDown={pressed}
      onFocusIn={({ target }) => {
        const id = target instanceof Element ? target.closest('.message')?.id : undefined
        if (id !== undefined) current.value = messages.find((message) => elementOf(message.id) === id)?.id
      }}
    >
      <p id="log-hint" class="unseen">
        {chatMessages.hintLog}
      </p>
      {talk.hasOlder.value && (
        <button type="button" class="quiet" onClick={() => acts.olderMessages()}>
          {chatMessages.older}
        </button>
      )}
      {messages.length === 0 && <p class="faint nothing">{chatMessages.nothing}</p>}
      {messages.map((message, n) => {
        const before = messages[n - 1]
        const isNewDay = before === undefined || dayOf(before.at) !== dayOf(message.at)
        const isTheirs = circle.isRoom && message.direction === 'incoming'
        return (
          <Fragment key={message.id}>
            {isNewDay && <h3 class="faint day">{dayWords(message.at)}</h3>}
            <MessageView
              page={page}
              message={message}
              circle={circle}
              answered={message.replyTo === undefined ? undefined : byId.get(message.replyTo)}
              isNamed={isTheirs && (isNewDay || before.from !== message.from)}
              isCurrent={message.id === standing}
              menu={menu}
            />
          </Fragment>
        )
      })}
      {isAway.value && (
        <button
          type="button"
          class="plain newest"
          onClick={() => {
            toEnd()
            goTo(last)
          }}
        >
          {chatMessages.newest}
        </button>
      )}
      {menu.list(open ? entriesOf(page, circle, open) : [])}
    </div>
  )
}

function entriesOf({ model }: OfPage['page'], circle: Circle, message: Message): readonly MenuEntry[] {
  const { talk } = model.people
  const own = ownReactions(message, circle)
  const isGone = message.text === ''
  const canReact = message.state !== 'queued' && message.state !== 'failed' && !isBySip(message.conversation)
  if (message.call) return [{ value: 'call', label: chatMessages.call.again, icon: 'call' }]
  return [
    ...(message.file?.address === undefined
      ? []
      : [{ value: 'save', label: chatMessages.save, icon: 'file' } as const]),
    ...(message.state === 'failed' && message.file
      ? []
      : message.state === 'failed'
        ? [{ value: 'again', label: chatMessages.again, icon: 'send' } as const]
        : [{ value: 'reply', label: chatMessages.reply, icon: 'reply' } as const]),
    ...(correctable(talk.messages.value)?.id === message.id
      ? [{ value: 'correct', label: chatMessages.correct, icon: 'rename' } as const]
      : []),
    ...(isGone ? [] : [{ value: 'copy', label: chatMessages.copy, icon: 'copy' } as const]),
    ...(canReact
      ? chatMessages.signs.map(({ sign, name }, n) => ({
          value: `sign-${n}`,
          label: own.includes(sign) ? chatMessages.reactNot(name) : chatMessages.react(name),
          icon: 'react' as const,
          sign,
          isOn: own.includes(sign),
        }))
      : []),
  ]
}

function choose({ acts }: OfPage['page'], what: string, message: Message): void {
  if (what === 'reply') return acts.beginReply(message)
  if (what === 'correct') return acts.beginCorrection(message)
  if (what === 'again') return acts.sendAgain(message)
  if (what === 'copy') return acts.copy(message)
  if (what === 'call') return acts.dial(message.conversation)
  if (what === 'save') return acts.saveFile(message)
  const chosen = chatMessages.signs[Number(what.replace('sign-', ''))]
  if (chosen) acts.toggleReaction(message, chosen.sign)
}

/** The same as long as nothing of it is another: each message that comes changes the conversation, too. */
function useCircle({ model }: OfPage['page'], address: string): Circle {
  const isRoom = useComputed(() => circleOf(model, address).isRoom).value
  const name = useComputed(() => circleOf(model, address).name).value
  const nickname = useComputed(() => circleOf(model, address).nickname).value
  return useMemo(() => ({ isRoom, name, nickname }), [isRoom, name, nickname])
}

/** Whoever is at the end stays there; what comes above moves nothing. */
function useScroll(
  { model, acts }: OfPage['page'],
  messages: readonly Message[],
): {
  readonly box: { current: HTMLDivElement | null }
  readonly scrolled: () => void
  /** Whether the end is not seen. */
  readonly isAway: ReadonlySignal<boolean>
  readonly toEnd: () => void
} {
  const isAway = useSignal(false)
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  /** How far the end was before older ones came above. */
  const fromEnd = useRef(0)
  const first = messages[0]?.id
  useLayoutEffect(() => {
    const element = box.current
    if (element) element.scrollTop = element.scrollHeight - (isAtEnd.current ? 0 : fromEnd.current)
  }, [first])
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    // A phone's keyboard takes half of it: who was at the end stays there.
    const sized = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight
    })
    sized.observe(element)
    return () => sized.disconnect()
  }, [])
  const isAwaited = useRef(false)
  useLayoutEffect(() => {
    // Once a frame, however many come in it: to ask how high it is has all of it laid out.
    if (isAwaited.current) return
    isAwaited.current = true
    requestAnimationFrame(() => {
      isAwaited.current = false
      const element = box.current
      if (element && isAtEnd.current) element.scrollTop = element.scrollHeight
    })
  }, [messages])
  return {
    box,
    isAway,
    toEnd: () => {
      if (box.current) box.current.scrollTop = box.current.scrollHeight
    },
    scrolled: () => {
      if (!box.current) return
      const { scrollTop, scrollHeight, clientHeight } = box.current
      fromEnd.current = scrollHeight - scrollTop
      isAtEnd.current = fromEnd.current - clientHeight < 40
      isAway.value = fromEnd.current - clientHeight > farFromEnd
      if (scrollTop < nearTop && !isAtEnd.current && model.people.talk.hasOlder.value) acts.olderMessages()
    },
  }
}

/** A message that was gone to has the keyboard, and is in the middle. */
function useReached({ model }: OfPage['page'], stand: (id: string) => void): void {
  const reached = model.people.talk.reached.value
  useEffect(() => {
    if (!reached) return
    stand(reached.message)
    const element = document.getElementById(elementOf(reached.message))
    element?.scrollIntoView({ block: 'center' })
    element?.focus({ preventScroll: true })
  }, [reached])
}

function dayWords(at: string): string {
  const days = daysBetween(new Date(at), new Date())
  return days === 0 ? chatMessages.today : days === 1 ? chatMessages.yesterday : dayOf(at)
}

const nearTop = 120
const farFromEnd = 300
