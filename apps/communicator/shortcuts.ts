// Keys that work anywhere on the page: Alt (Option) with a letter, so that nothing typed is taken for one (WCAG 2.1.4).
import type { Call } from '@openparley/sdk/browser'
import { focus, places } from './focus.ts'
import type { messages } from './messages.ts'
import { further } from './further.ts'
import type { Page } from './page.ts'

export type ShortcutName = keyof typeof messages.shortcuts.names

export const shortcuts: readonly (readonly [key: string, name: ShortcutName])[] = [
  ['a', 'answer'],
  ['x', 'decline'],
  ['e', 'end'],
  ['h', 'hold'],
  ['m', 'mute'],
  ['k', 'digits'],
  ['t', 'transfer'],
  ['c', 'conference'],
  ['r', 'record'],
  ['o', 'video'],
  ['j', 'next'],
  ['n', 'number'],
  ['p', 'people'],
  ['w', 'chat'],
  ['i', 'lines'],
  ['v', 'voicemail'],
  ['l', 'history'],
  ['s', 'services'],
  ['/', 'help'],
]

/** Listens until the returned function is called. */
export function listenForShortcuts(page: Page): () => void {
  const pressed = (event: KeyboardEvent): void => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return
    const name = shortcutOf(event)
    if (name === undefined) return
    event.preventDefault()
    perform(name, page)
  }
  document.addEventListener('keydown', pressed)
  return () => document.removeEventListener('keydown', pressed)
}

/** By what the key says; where Option makes it say something else, by where it is. */
export function shortcutOf({ key, code }: Pick<KeyboardEvent, 'key' | 'code'>): ShortcutName | undefined {
  const said = /^[a-z/]$/i.test(key)
    ? key.toLowerCase()
    : code === 'Slash'
      ? '/'
      : /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase()
  return shortcuts.find(([each]) => each === said)?.[1]
}

function perform(name: ShortcutName, page: Page): void {
  const { face, acts } = page
  const large = face.large.value
  const can = (call: Call | undefined, ...what: readonly Call['capabilities'][number][]): call is Call =>
    call !== undefined && face.isOurs(call) && what.some((each) => call.capabilities.includes(each))
  const first = face.ringing.value[0]
  switch (name) {
    case 'answer':
      if (can(first, 'answer')) acts.answer(first)
      return
    case 'decline':
      if (can(first, 'decline')) acts.decline(first)
      return
    case 'end':
      if (can(large, 'end')) acts.end(large)
      return
    case 'hold':
      if (can(large, 'hold', 'resume')) acts.toggleHold(large)
      return
    case 'mute':
      if (can(large, 'mute', 'unmute')) acts.toggleMute(large)
      return
    case 'digits':
      if (!can(large, 'sendDigits')) return
      face.go('calls')
      face.panel.value = 'digits'
      return focus(places.digits)
    case 'transfer':
      if (!can(large, 'transfer') || face.conference.value.length > 0) return
      face.go('calls')
      return face.toggle('transfer')
    case 'conference': {
      if (!can(large, 'conference')) return
      const others = further(page, large, 'conference')
      const [only] = others
      if (only && others.length === 1) return acts.bringTogether(large, only)
      face.go('calls')
      face.panel.value = 'conference'
      return focus(places.conference)
    }
    case 'record':
      if (can(large, 'record', 'stopRecording')) acts.toggleRecord(large)
      return
    case 'video':
      if (can(large, 'addVideo', 'pauseVideo')) acts.toggleCamera(large)
      return
    case 'next': {
      const next = face.others.value.find((call) => face.isOurs(call))
      if (next) acts.show(next)
      return
    }
    case 'number':
      face.go('dial')
      return focus(places.number)
    case 'people':
      face.go('people')
      return focus(places.contacts, places.people)
    case 'chat':
      face.go('chat')
      return focus(places.message, places.chat)
    case 'lines':
      face.go('lines')
      return focus(places.lines)
    case 'voicemail':
      face.go('voicemail')
      return focus(places.voicemail)
    case 'history':
      face.go('history')
      return focus(places.history)
    case 'services':
      face.go('services')
      return focus(places.services)
    case 'help':
      face.help.value = !face.help.value
  }
}
