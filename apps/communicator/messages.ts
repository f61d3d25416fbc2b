// Every word that the page says, in one place.
import type { Call, CallEnd, HistoryEntry, Party, Phone } from '@openparley/sdk/browser'

export const messages = {
  product: 'Parley',
  signingIn: 'Signing in …',
  signedOut: 'You are not signed in',
  needAddress: 'Open this page from the address that Parley printed. It is good once, for a minute.',
  noCore: 'Parley does not answer',
  skip: 'Skip to calls',
  close: 'Close',
  dismiss: 'Dismiss',
  line: {
    waiting: 'The connection to Parley was lost. It is tried again; calls in progress go on.',
    closed: 'The connection to Parley is over.',
  },
  views: { calls: 'Calls', dial: 'Keypad', history: 'History', services: 'Status', label: 'Views' },
  dial: {
    heading: 'Keypad',
    field: 'Number, name or sip: address',
    call: 'Call',
    erase: 'Delete the last character',
    keys: 'Keys',
  },
  calls: {
    heading: 'Calls',
    none: 'No calls',
    hint: 'Dial a number, or wait to be called.',
    others: 'Other calls',
    elsewhere: 'Handled by another application',
    details: 'Call details',
  },
  incoming: {
    heading: 'Incoming call',
    answer: 'Answer',
    decline: 'Decline',
    answerOf: (name: string): string => `Answer ${name}`,
    declineOf: (name: string): string => `Decline ${name}`,
    holds: 'Answering puts the other call on hold.',
    silent: 'The ring tone is silent until you click or press a key on this page.',
    title: (name: string): string => `☎ ${name} is calling`,
  },
  act: {
    end: 'End call',
    hold: 'Hold',
    resume: 'Resume',
    mute: 'Mute',
    unmute: 'Unmute',
    digits: 'Digits',
    again: 'Call again',
    endOf: (name: string): string => `End the call with ${name}`,
    holdOf: (name: string): string => `Hold the call with ${name}`,
    resumeOf: (name: string): string => `Resume the call with ${name}`,
    dismissOf: (name: string): string => `Dismiss the ended call with ${name}`,
  },
  digits: {
    field: 'Digits to send, as you type',
    heading: 'Send digits',
    sent: (digits: string): string => `Sent: ${digits}`,
    refused: 'Only 0–9, *, #, A–D can be sent.',
  },
  quality: {
    heading: 'Quality',
    words: { excellent: 'Excellent', good: 'Good', fair: 'Fair', poor: 'Poor', bad: 'Bad' },
    waiting: 'Listening …',
    silent: 'Nothing is heard from the other side.',
    loss: (percent: string): string => `${percent} % of the sound is lost on the way.`,
    jitter: (ms: number): string => `Sound arrives unevenly: it varies by ${ms} ms.`,
    delay: (ms: number): string => `The way is long: ${ms} ms there and back.`,
    figures: {
      mos: 'Score, 1 to 4.5',
      loss: 'Lost',
      jitter: 'Jitter',
      delay: 'Round trip',
      codec: 'Codec',
    },
    unknown: 'not known',
  },
  history: {
    heading: 'History',
    none: 'No calls yet.',
    noneMissed: 'No missed calls.',
    missedOnly: 'Missed only',
    older: 'Older calls',
    today: 'Today',
    yesterday: 'Yesterday',
    call: (name: string): string => `Call ${name}`,
  },
  services: {
    heading: 'Status',
    none: 'Nothing is known yet.',
    states: { ok: 'Works', starting: 'Starting', degraded: 'Limited', failed: 'Does not work', off: 'Not set up' },
    names: {
      calls: 'Calls',
      phones: 'Phone',
      history: 'Call history',
      media: 'Sound',
      discovery: 'Servers of the domain',
      devices: 'Devices',
      'device-config': 'Configuration of the device',
      'dial-rules': 'Dial rules',
    } as Readonly<Record<string, string>>,
    next: 'What to do:',
    without: (what: string): string => `Meanwhile without: ${what}.`,
    works: (what: string): string => `What works: ${what}.`,
    nextTry: (time: string, what: string | undefined): string =>
      what === undefined ? `Tried again at ${time}.` : `At ${time}: ${what}.`,
    configured: (name: string, from: string): string => `${name} is from ${from}`,
    since: (time: string): string => `Since ${time}`,
    server: (address: string): string => `Server ${address}`,
    problems: (count: number): string => (count === 1 ? 'one problem' : `${count} problems`),
  },
  settings: {
    heading: 'Settings',
    open: 'Settings',
    search: 'Search settings',
    none: 'No setting is like that.',
    groups: {
      user: 'Who you are',
      discovery: 'Finding servers',
      softphone: 'Soft phone',
      media: 'Sound',
      calls: 'Calls',
      cucm: 'Call manager',
      dialRules: 'Dial rules',
      voicemail: 'Voicemail',
      directory: 'Directory',
      presence: 'Presence',
      conference: 'Conferences',
      phone: 'Phone',
    } as Readonly<Record<string, string>>,
    applies: {
      now: 'A change is in force at once.',
      'next call': 'A change is in force for the next call.',
      'sign-in': 'A change is in force after the next sign-in.',
    },
    origins: {
      policy: (from: string): string => `Set by policy, and locked: ${from}`,
      user: (from: string): string => `Your own: ${from}`,
      application: (from: string): string => `Said by the application ${from}`,
      discovered: (from: string): string => `Found: ${from}`,
      default: (): string => 'As Parley has it',
    },
    unset: 'Nobody has set it.',
    unsetAct: 'Take back',
    secretSet: 'is set, and not shown',
    pending: (names: string): string => `Changed, and in force after a sign-in: ${names}.`,
    apply: 'Sign in again (ends calls)',
    problems: 'What could not be read or is not known',
    unknown: (name: string, from: string): string => `Nobody knows ${name}, from ${from}.`,
  },
  mistake: { sentence: 'This page made a mistake.', next: 'Reload it.' },
  sound: {
    heading: 'Sound',
    open: 'Sound',
    ring: 'Ring when a call comes in',
    notYet: 'The microphone is asked for with the first call.',
    microphone: 'Microphone',
    level: 'level',
    speaker: 'Speaker',
    asSystem: 'As the system has it',
    unnamed: 'Without a name',
    refused: {
      sentence: 'This page may not use the microphone.',
      next: 'Allow it in the browser, beside the address, and call again.',
    },
    noMicrophone: {
      sentence: 'There is no microphone that can be used.',
      next: 'Plug one in, or close the program that holds it, and call again.',
    },
  },
  shortcuts: {
    heading: 'Keyboard',
    open: 'Keyboard shortcuts',
    intro: 'Everything is reached with Tab, arrows and Enter. These work anywhere on the page:',
    names: {
      answer: 'Answer the incoming call',
      decline: 'Decline the incoming call',
      end: 'End the call',
      hold: 'Hold or resume the call',
      mute: 'Mute or unmute the call',
      digits: 'Send digits in the call',
      next: 'Show the next call',
      number: 'Go to the number to dial',
      history: 'Go to the history',
      services: 'Go to the status',
      help: 'Show this list',
    },
  },
  news: {
    incoming: (name: string): string => `Incoming call from ${name}. Alt A answers, Alt X declines.`,
    dialling: (name: string): string => `Dialling ${name}`,
    ringing: (name: string): string => `Ringing at ${name}`,
    connected: (name: string): string => `Connected with ${name}`,
    ended: (name: string): string => `The call with ${name} has ended`,
    held: (name: string): string => `${name} is on hold`,
    heldThere: (name: string): string => `${name} has put you on hold`,
    resumed: (name: string): string => `${name} is no longer on hold`,
    resumedThere: (name: string): string => `${name} has taken you off hold`,
    muted: (name: string): string => `You are muted for ${name}`,
    unmuted: (name: string): string => `${name} hears you again`,
    service: (name: string, state: string): string => `${name}: ${state}`,
  },
  missed: (count: number): string => (count === 1 ? 'one missed call' : `${count} missed calls`),
  active: (count: number): string => (count === 1 ? 'one call' : `${count} calls`),
} as const

/** How a person on the other side is called: a name where there is one. */
export function nameOf({ displayName, number }: Party): string {
  return displayName !== undefined && displayName !== '' ? displayName : number
}

/** What a call's state is called. */
export function stateOf({ state, direction, held, muted, end }: Call): string {
  switch (state) {
    case 'dialling':
      return 'Dialling …'
    case 'alerting':
      return direction === 'incoming' ? 'Calling you' : 'Ringing …'
    case 'connected':
      return [heldWords[held], muted ? 'Muted' : ''].filter(Boolean).join(' · ') || 'Connected'
    case 'ended':
      return endOf(end)
  }
}

/** Why a call ended, short. */
function endOf(end: CallEnd | undefined): string {
  return end?.error?.sentence ?? (end?.by === 'remote' ? 'The other side has ended the call.' : 'Call ended.')
}

const heldWords = {
  no: '',
  local: 'On hold',
  remote: 'Held by the other side',
  both: 'On hold on both sides',
} as const

/** What a past call was. */
export type Past = 'outgoing' | 'incoming' | 'missed' | 'declined' | 'elsewhere' | 'failed'

export function pastOf({ direction, answeredAt, end }: HistoryEntry): Past {
  if (answeredAt !== undefined) return direction
  if (direction === 'outgoing') return end.by === 'local' && !end.error ? 'outgoing' : 'failed'
  if (end.error?.code === 'call-taken-elsewhere') return 'elsewhere'
  return end.by === 'local' ? 'declined' : 'missed'
}

export const pastWords: Readonly<Record<Past, string>> = {
  outgoing: 'Outgoing',
  incoming: 'Incoming',
  missed: 'Missed',
  declined: 'Declined',
  elsewhere: 'Answered elsewhere',
  failed: 'Not reached',
}

/** How a phone is, in a word or two. */
export const phoneWords: Readonly<Record<Phone['state']['is'], string>> = {
  off: 'Phone is off',
  connecting: 'Connecting …',
  ready: 'Ready',
  waiting: 'Trying again …',
  failed: 'Phone does not work',
}
