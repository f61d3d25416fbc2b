// Generated from packages/contract by scripts/generate.ts; not written by hand.

/** The version of the contract that this SDK speaks. */
export const contractVersion = '0.1'

interface Names {
  readonly perSession: boolean
  readonly watched: boolean
  readonly methods: readonly string[]
  readonly repeatable: readonly string[]
}

export const names: Readonly<Record<'system' | 'session' | 'config' | 'health' | 'phones' | 'calls' | 'dialRules' | 'media' | 'history' | 'presence' | 'contacts' | 'chat' | 'voicemail' | 'directory' | 'conferences', Names>> = {
  system: {
    perSession: false,
    watched: true,
    methods: ['stop', 'issueToken', 'oneTimeAddress', 'revokeTokens'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  session: {
    perSession: false,
    watched: true,
    methods: ['open', 'close'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  config: {
    perSession: true,
    watched: true,
    methods: ['set', 'unset', 'explain', 'apply', 'import', 'export'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  health: {
    perSession: true,
    watched: true,
    methods: ['diagnose', 'report'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  phones: {
    perSession: true,
    watched: true,
    methods: ['use', 'forward', 'doNotDisturb'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  calls: {
    perSession: true,
    watched: true,
    methods: ['dial', 'claim', 'answer', 'decline', 'end', 'hold', 'resume', 'transfer', 'mute', 'unmute', 'sendDigits', 'giveCodes', 'attach', 'addVideo', 'pauseVideo', 'removeVideo', 'deflect', 'move', 'conference', 'drop', 'split', 'silence', 'unsilence', 'record', 'stopRecording', 'park', 'retrieve', 'pickUp', 'redial', 'callBack', 'statistics'],
    /** These take a `requestId`. */
    repeatable: ['dial', 'transfer', 'sendDigits', 'giveCodes', 'park', 'retrieve', 'pickUp', 'redial'],
  },
  dialRules: {
    perSession: true,
    watched: true,
    methods: ['explain', 'check', 'reload'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  media: {
    perSession: true,
    watched: true,
    methods: ['upload', 'openStream', 'closeStream', 'openBrowser', 'closeBrowser'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  history: {
    perSession: true,
    watched: true,
    methods: ['list', 'search', 'export', 'forget'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  presence: {
    perSession: true,
    watched: true,
    methods: ['set', 'idle', 'explain'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  contacts: {
    perSession: true,
    watched: true,
    methods: ['add', 'update', 'remove', 'card', 'photo', 'publishCard', 'publishPhoto', 'accept', 'decline', 'block', 'unblock'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  chat: {
    perSession: true,
    watched: true,
    methods: ['send', 'correct', 'react', 'typing', 'read', 'list', 'search', 'join', 'leave', 'upload', 'sendFile', 'fetchFile'],
    /** These take a `requestId`. */
    repeatable: ['send', 'correct', 'react', 'sendFile'],
  },
  voicemail: {
    perSession: true,
    watched: true,
    methods: ['list', 'mark', 'delete', 'undelete', 'erase', 'play', 'seek', 'pause', 'stop', 'read', 'forward', 'answerDispatch'],
    /** These take a `requestId`. */
    repeatable: ['play', 'forward'],
  },
  directory: {
    perSession: true,
    watched: true,
    methods: ['search', 'lookUp', 'entry', 'photo'],
    /** These take a `requestId`. */
    repeatable: [],
  },
  conferences: {
    perSession: true,
    watched: true,
    methods: ['create', 'invite', 'join', 'publish', 'unpublish', 'answer', 'show', 'mute', 'drop', 'leave', 'end'],
    /** These take a `requestId`. */
    repeatable: ['create', 'invite', 'join'],
  },
}
