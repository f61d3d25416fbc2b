// The whole page: its head, what rings, and the views in one, two or three columns.
import { useComputed, useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { ringbackOf, ringOf } from './cadences.ts'
import { Calls } from './calls.tsx'
import { Chat } from './chat.tsx'
import { Conferences } from './conferences.tsx'
import { conferenceMessages } from './conferences-messages.ts'
import { Stage } from './conferences-stage.tsx'
import { chatMessages } from './chat-messages.ts'
import { DialPad } from './dial-pad.tsx'
import type { View } from './face.ts'
import { places } from './focus.ts'
import { ForwardDialog } from './forward-dialog.tsx'
import { History } from './history.tsx'
import { Icon } from './icons.tsx'
import { Incoming } from './incoming.tsx'
import { type TabEntry, Tabs } from './kit.tsx'
import { Lines } from './lines.tsx'
import { messages } from './messages.ts'
import { OwnPresence, PresenceDialog } from './own-presence.tsx'
import type { OfPage, Page } from './page.ts'
import { People } from './people.tsx'
import { peopleMessages } from './people-messages.ts'
import { Quiet } from './quiet.tsx'
import { nameOf, pastOf, phoneWords } from './sayings.ts'
import { PhoneChoice } from './phone-choice.tsx'
import { problemsOf, Services } from './services.tsx'
import { SettingsDialog } from './settings-dialog.tsx'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'
import { SoundDialog } from './sound-dialog.tsx'
import { Standing } from './standing.tsx'

export function App({ page }: OfPage): JSX.Element {
  const { face, model, sound, voice } = page
  useSignalEffect(() => {
    const [first] = face.ringing.value
    document.title = first
      ? messages.incoming.title(nameOf(first.remote))
      : [model.name.value, messages.product].filter(Boolean).join(' · ')
    const isTalking = face.large.value?.state === 'connected'
    sound.ring(first && ringOf(first, isTalking))
  })
  useSignalEffect(() => {
    // Another tab, and another application, lets it be heard there.
    const [back] = model.calls.value.flatMap((call) => (voice.has(call.id) ? (ringbackOf(call) ?? []) : []))
    sound.ringback(back)
  })
  useSignalEffect(() => {
    if (model.reminder.value) sound.sign('reminder')
  })
  useSignalEffect(() => {
    if (model.free.value.length > 0) sound.sign('ready')
  })
  return (
    <>
      <a class="skip" href={`#${places.calls}`} onClick={skip}>
        {messages.skip}
      </a>
      <Head page={page} />
      <Told page={page} />
      <Incoming page={page} />
      <Troubles page={page} />
      <Standing page={page} />
      <Stage page={page} />
      <main>
        <Columns page={page} />
      </main>
      <ShortcutsDialog page={page} />
      <SoundDialog page={page} />
      <ForwardDialog page={page} />
      <SettingsDialog page={page} />
      <PresenceDialog page={page} />
    </>
  )
}

/** Not by the address: its fragment is for codes. */
function skip(event: Event): void {
  event.preventDefault()
  document.getElementById(places.calls)?.focus()
}

function Head({ page }: OfPage): JSX.Element {
  const { model, face, acts } = page
  const { value: phones } = model.phones
  const phone = phones.find(({ chosen }) => chosen) ?? phones[0]
  const { settings } = model.config.value
  const rings = settings['calls.doNotDisturb']
  return (
    <header>
      <div class="me">
        <h1>{model.name}</h1>
        {phone && (
          <p class={`phone ${phone.state.is}`}>
            <span class="dot" aria-hidden="true" />
            {phoneWords[phone.state.is]}
          </p>
        )}
        <PhoneChoice page={page} />
      </div>
      <OwnPresence page={page} />
      <div class="row">
        <Quiet
          icon="quiet"
          label={messages.act.doNotDisturb}
          isOn={rings?.value === true}
          isLocked={rings?.layer === 'policy'}
          press={() => acts.toggleDoNotDisturb()}
        />
        <Quiet icon="forward" label={messages.forward.open} press={() => (face.forwardOpen.value = true)} />
        <Quiet icon="settings" label={messages.settings.open} press={() => (face.settingsOpen.value = true)} />
        <Quiet icon="sound" label={messages.sound.open} press={() => (face.soundOpen.value = true)} />
        <Quiet icon="help" label={messages.shortcuts.open} press={() => (face.help.value = true)} />
      </div>
    </header>
  )
}

/** Read out by screen readers, and seen by nobody. */
function Told({ page: { model } }: OfPage): JSX.Element {
  const news = model.news.value
  return (
    <div class="unseen">
      <p role="status">{news && !news.isUrgent ? news.text : ''}</p>
      <p role="alert">{news?.isUrgent ? news.text : ''}</p>
    </div>
  )
}

/** What is wrong with the page's own connection, and what the core refused. */
function Troubles({ page: { model, face, acts } }: OfPage): JSX.Element {
  const line = model.line.value
  const trouble = line.is === 'closed' ? line.why : model.trouble.value
  return (
    <div class="troubles" role="alert">
      {line.is === 'waiting' && <p class="trouble">{messages.line.waiting}</p>}
      {line.is === 'closed' && !line.why && <p class="trouble">{messages.line.closed}</p>}
      {trouble && (
        <p class="trouble">
          {trouble.sentence} {line.is === 'closed' ? messages.needAddress : trouble.next}
        </p>
      )}
      {face.problems.value.map(({ id, error }) => (
        <div key={id} class="trouble">
          <p class="grow">
            <strong>{error.sentence}</strong> {error.next}
          </p>
          <button
            type="button"
            class="quiet square"
            aria-label={messages.dismiss}
            onClick={() => acts.dismissProblem(id)}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  )
}

function Columns({ page }: OfPage): JSX.Element {
  const width = page.face.width.value
  const hasLines = page.model.lamps.value.length > 0
  const lines: readonly View[] = hasLines ? ['lines'] : []
  const conferences: readonly View[] = page.model.conferences.isSetUp.value ? ['conferences'] : []
  if (width === 'wide') {
    return (
      <div class="columns wide">
        <div class="column">
          <DialPad page={page} />
          {hasLines && <Lines page={page} />}
          <Services page={page} />
        </div>
        <Calls page={page} />
        <Views page={page} views={['history', 'people', 'chat', ...conferences]} />
      </div>
    )
  }
  if (width === 'medium') {
    return (
      <div class="columns medium">
        <Calls page={page} />
        <Views page={page} views={['dial', 'people', 'chat', ...conferences, ...lines, 'history', 'services']} />
      </div>
    )
  }
  return (
    <div class="columns narrow">
      <Views page={page} views={['calls', 'dial', 'people', 'chat', ...conferences, ...lines, 'history', 'services']} />
    </div>
  )
}

function Views({ page, views }: { readonly page: Page; readonly views: readonly View[] }): JSX.Element {
  const { face, model } = page
  const { view } = face
  const missed = useComputed(
    () =>
      model.history.value.filter(
        (entry) => pastOf(entry) === 'missed' && Date.parse(entry.endedAt) > face.lookedAt.value,
      ).length,
  ).value
  const last = useRef<View>(views.includes('dial') ? 'dial' : 'history')
  // What stands in a column of its own takes nothing from the tabs beside it.
  if (views.includes(view.value)) last.current = view.value
  const current = views.includes(last.current) ? last.current : 'dial'
  useEffect(() => {
    // Whoever looks at the history has seen what was missed.
    if (current === 'history' && model.history.value.length > 0) face.lookedAt.value = Date.now()
  }, [current, model.history.value])
  const live = model.calls.value.filter((call) => call.state !== 'ended' && !face.ringing.value.includes(call)).length
  const ringing = model.lamps.value.filter((lamp) => lamp.is === 'ringing').length
  const invited = model.conferences.all.value.filter(
    ({ from, state }) => from !== undefined && state === 'ready',
  ).length
  const problems = problemsOf(model.services.value)
  const { unread, requests } = model.people
  const parts: Readonly<Record<View, Omit<TabEntry, 'value' | 'label'>>> = {
    calls: {
      icon: 'call',
      content: <Calls page={page} />,
      badge: live > 0 ? { text: String(live), means: messages.active(live) } : undefined,
    },
    dial: { icon: 'keypad', content: <DialPad page={page} /> },
    people: {
      icon: 'people',
      content: current === 'people' && <People page={page} />,
      badge:
        requests.value.length > 0
          ? { text: String(requests.value.length), means: peopleMessages.people.requests }
          : undefined,
    },
    chat: {
      icon: 'chat',
      content: current === 'chat' && <Chat page={page} />,
      badge: unread.value > 0 ? { text: String(unread.value), means: chatMessages.unread(unread.value) } : undefined,
    },
    lines: {
      icon: 'lines',
      content: <Lines page={page} />,
      badge: ringing > 0 ? { text: String(ringing), means: messages.lines.states.ringing } : undefined,
    },
    conferences: {
      icon: 'camera',
      content: <Conferences page={page} />,
      badge: invited > 0 ? { text: String(invited), means: conferenceMessages.states.ready } : undefined,
    },
    history: {
      icon: 'history',
      content: <History page={page} />,
      badge: missed > 0 ? { text: String(missed), means: messages.missed(missed) } : undefined,
    },
    services: {
      icon: 'services',
      content: <Services page={page} />,
      badge: problems > 0 ? { text: '!', means: messages.services.problems(problems) } : undefined,
    },
  }
  return (
    <Tabs
      label={messages.views.label}
      value={current}
      choose={(value) => face.go(value as View)}
      entries={views.map((value) => ({ value, label: messages.views[value], ...parts[value] }))}
    />
  )
}
