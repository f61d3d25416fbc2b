// For tests: a real core whose phones and sound are stand-ins that a test moves by hand, around any door.
import { randomBytes } from 'node:crypto'
import { Capability, ParleyError } from '@openparley/contract'
import {
  type Core,
  createCore,
  type HostPort,
  type MediaPort,
  type PhoneCommand,
  type PhoneEvent,
  type PhonePort,
} from '@openparley/core'
import { openTokens, type Tokens } from './tokens.ts'

export interface House {
  readonly core: Core
  readonly tokens: Tokens
  /** Every command that a phone got, in order. */
  readonly told: PhoneCommand[]
  /** What `system.stop` asked for. */
  readonly stops: Parameters<HostPort['stop']>[0][]
  /** A call comes in on the phone of the session that was opened first. */
  ring(from: string): string
  tell(event: PhoneEvent): void
  close(): Promise<void>
}

/** With a process around it, or with one that only remembers. */
export function house(host?: HostPort): House {
  const told: PhoneCommand[] = []
  const stops: House['stops'] = []
  const tokens = openTokens({})
  let tell: ((event: PhoneEvent) => void) | undefined
  let newCall: (() => string) | undefined
  let first: MediaPort | undefined
  const core = createCore({
    version: '0.0.0-test',
    world: {
      clock: {
        now: () => performance.now(),
        at: (when, wake) => {
          const timer = setTimeout(wake, Math.max(0, when - performance.now()))
          timer.unref()
          return () => clearTimeout(timer)
        },
      },
      dice: { roll: Math.random, token: (bits = 128) => randomBytes(Math.ceil(bits / 8)).toString('base64url') },
      wall: () => new Date().toISOString(),
    },
    host: host ?? {
      pid: process.pid,
      stop: (how) => stops.push(how),
      issueToken: async (request) => tokens.issue(request),
      oneTimeAddress: (request, path) => `http://127.0.0.1:0${path}#code=${request.application}`,
      revokeTokens: async (application) => tokens.revoke(application),
    },
    openMedia: echo,
    openPhone: (options) => {
      // The first session's phone, however often it is opened.
      first ??= options.media
      if (first === options.media) ({ tell, newCall } = options)
      options.tell({ type: 'state', state: { is: 'ready', since: new Date().toISOString() } })
      return standIn(options.media, told, options.tell)
    },
  })
  const phone = (event: PhoneEvent): void => {
    if (!tell) throw new Error('no session is open')
    tell(event)
  }
  return {
    core,
    tokens,
    told,
    stops,
    tell: phone,
    ring: (from) => {
      const call = (newCall as () => string)()
      phone({ type: 'incoming', call, from: { number: from }, to: { number: 'alice' }, peerId: 'a@b' })
      return call
    },
    close: async () => {
      tokens.close()
      await core.close()
    },
  }
}

/** Rings at once (dialling `boom` is a mistake that nobody catches), answers at once where it is told to, ends at once; never holds. */
function standIn(media: MediaPort, told: PhoneCommand[], tell: (event: PhoneEvent) => void): PhonePort {
  return {
    kind: 'soft',
    can: Capability.options,
    perform: (command) => {
      told.push(command)
      const { call } = command
      switch (command.type) {
        case 'dial':
          setImmediate(() => {
            if (command.to === 'boom') throw new Error('a mistake in one session')
            tell({ type: 'alerting', call })
          })
          return
        case 'answer':
        case 'attach':
          void media
            .openLeg('127.0.0.1', () => undefined)
            .then((leg) => {
              leg.attach(command.endpoint)
              if (command.type === 'answer') tell({ type: 'connected', call })
            })
          return
        case 'end':
        case 'decline':
          setImmediate(() => tell({ type: 'ended', call, end: { by: 'local' } }))
          return
        default:
          return
      }
    },
    watchLines: () => undefined,
    statistics: async () => undefined,
    close: async () => undefined,
  }
}

/** A far side that says back what it hears. */
function echo(): MediaPort {
  return {
    openLeg: async (address, onEvent) => ({
      id: 'leg',
      local: { address, port: 9, codecs: [], direction: 'sendrecv' },
      newKeys: () => [],
      connect: () => undefined,
      attach: () => undefined,
      mute: () => undefined,
      join: () => undefined,
      silence: () => undefined,
      holdWith: () => undefined,
      heldTone: () => undefined,
      tape: () => undefined,
      sendDigits: () => undefined,
      write: (samples) => onEvent({ type: 'frame', samples }),
      openVideo: () => Promise.reject(new ParleyError('media-no-port')),
      connectVideo: () => undefined,
      askPicture: () => undefined,
      statistics: () => Promise.reject(new ParleyError('call-wrong-state')),
      close: () => Promise.reject(new ParleyError('call-wrong-state')),
    }),
    openPlayer: () => {
      throw new ParleyError('media-worker-lost')
    },
    openBrowser: () => Promise.reject(new ParleyError('media-browser-failed')),
    closeBrowser: () => undefined,
    close: async () => undefined,
  }
}
