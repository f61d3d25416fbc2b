// The control socket: a line of JSON asks, a line of JSON answers. For the user of this machine alone.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OldHold } from './sip/stranger.ts'

export interface ControlActs {
  readonly record: () => unknown
  readonly setFault: (name: string, value?: string) => void
  readonly clearFault: (name: string) => void
  /** Throws where these are no rules. */
  readonly setRules: (direction: string, rules: unknown) => void
  readonly notify: (person: string, action: string) => void
  /** One request of remote call control, as its element. */
  readonly refer: (person: string, element: string) => void
  /** Calls with the echo 607 are held in that way: nowhere, inactive, off. */
  readonly hold: (how: OldHold) => void
  /** An echo joins the person's call. */
  readonly join: (person: string) => void
  /** The person's chat connections are cut. */
  readonly cut: (person: string) => void
  /** A chat stanza takes its way. */
  readonly inject: (stanza: string) => void
  /** The chat server is gone, or comes back. */
  readonly xmpp: (isGone: boolean) => Promise<void>
  /** The calendar's server is gone, or comes back. */
  readonly calendar: (isGone: boolean) => Promise<void>
  /** The first server of the directory is gone, or comes back. */
  readonly directory: (isGone: boolean) => Promise<void>
  /** The server of web conferences is gone, or comes back. */
  readonly rooms: (isGone: boolean) => Promise<void>
  /** An event stands in the person's calendar; none: it stands there no more. Throws where it is none. */
  readonly putEvent: (person: string, ics: string | undefined) => void
  /** A hand at a desk phone; its calls afterwards. Throws where it cannot be. */
  readonly touch: (number: string, what: string, argument?: string) => unknown
  /** Somebody with that number leaves the person a voice message. */
  readonly leaveVoice: (person: string, number: string | undefined) => void
  /** The mail store is gone, or comes back. */
  readonly voicemail: (isGone: boolean) => Promise<void>
  readonly stop: () => void
}

export interface Control {
  readonly path: string
  close(): Promise<void>
}

/** Asks: {"ask":"record"}, {"ask":"fault","name":…,"value"?:…}, {"ask":"clear","name":…}, {"ask":"dial-rules","direction":…,"rules":[…]}, {"ask":"notify","name":…,"value":"reset"}, {"ask":"refer","name":…,"value":"<…/>"}, {"ask":"hold","value":"nowhere"}, {"ask":"join","name":…}, {"ask":"xmpp-cut","name":…}, {"ask":"xmpp-inject","value":"<message …/>"}, {"ask":"xmpp-kill"}, {"ask":"xmpp-come-back"}, {"ask":"calendar-put","name":…,"value":"BEGIN:VCALENDAR…"}, {"ask":"calendar-remove","name":…}, {"ask":"calendar-kill"}, {"ask":"calendar-come-back"}, {"ask":"directory-kill"}, {"ask":"directory-come-back"}, {"ask":"voicemail-leave","name":…,"value"?:"carol"}, {"ask":"voicemail-kill"}, {"ask":"voicemail-come-back"}, {"ask":"rooms-kill"}, {"ask":"rooms-come-back"}, {"ask":"touch","name":"desk-alice","value":"dial","argument"?:"600"}, {"ask":"stop"}. */
export async function openControl(acts: ControlActs): Promise<Control> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-lab-'))
  const path =
    process.platform === 'win32' ? `\\\\.\\pipe\\${folder.replace(/[^\w]/g, '-')}` : join(folder, 'control.sock')
  const server = createServer((socket) => {
    let held = ''
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('data', (text: string) => {
      held += text
      if (held.length > longest) return socket.destroy()
      const lines = held.split('\n')
      held = lines.pop() ?? ''
      for (const line of lines) socket.write(`${JSON.stringify(answer(line, acts))}\n`)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  if (process.platform !== 'win32') await chmod(path, 0o600)
  return {
    path,
    close: async () => {
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

function answer(line: string, acts: ControlActs): unknown {
  try {
    const { ask, name, value, argument, direction, rules } = JSON.parse(line) as Partial<Record<string, string>>
    switch (ask) {
      case 'record':
        return { ok: true, record: acts.record() }
      case 'fault':
        acts.setFault(name ?? '', value)
        return { ok: true }
      case 'clear':
        acts.clearFault(name ?? '')
        return { ok: true }
      case 'dial-rules':
        acts.setRules(direction ?? '', rules)
        return { ok: true }
      case 'notify':
        acts.notify(name ?? '', value ?? '')
        return { ok: true }
      case 'refer':
        acts.refer(name ?? '', value ?? '')
        return { ok: true }
      case 'hold':
        if (value !== 'nowhere' && value !== 'inactive' && value !== 'off')
          return { ok: false, error: 'value is nowhere, inactive or off' }
        acts.hold(value)
        return { ok: true }
      case 'join':
        acts.join(name ?? '')
        return { ok: true }
      case 'xmpp-cut':
        acts.cut(name ?? '')
        return { ok: true }
      case 'xmpp-inject':
        acts.inject(value ?? '')
        return { ok: true }
      case 'xmpp-kill':
      case 'xmpp-come-back':
        // Its sockets close and open soon after the answer.
        void acts.xmpp(ask === 'xmpp-kill').catch(() => {})
        return { ok: true }
      case 'calendar-put':
      case 'calendar-remove':
        acts.putEvent(name ?? '', ask === 'calendar-put' ? (value ?? '') : undefined)
        return { ok: true }
      case 'calendar-kill':
      case 'calendar-come-back':
        void acts.calendar(ask === 'calendar-kill').catch(() => {})
        return { ok: true }
      case 'directory-kill':
      case 'directory-come-back':
        void acts.directory(ask === 'directory-kill').catch(() => {})
        return { ok: true }
      case 'voicemail-leave':
        acts.leaveVoice(name ?? '', value)
        return { ok: true }
      case 'voicemail-kill':
      case 'voicemail-come-back':
        void acts.voicemail(ask === 'voicemail-kill').catch(() => {})
        return { ok: true }
      case 'rooms-kill':
      case 'rooms-come-back':
        void acts.rooms(ask === 'rooms-kill').catch(() => {})
        return { ok: true }
      case 'touch':
        return { ok: true, calls: acts.touch(name ?? '', value ?? '', argument) }
      case 'stop':
        // After the answer is on its way.
        setImmediate(acts.stop)
        return { ok: true }
      default:
        return {
          ok: false,
          error:
            'ask is record, fault, clear, dial-rules, notify, refer, hold, join, xmpp-cut, xmpp-inject, xmpp-kill, xmpp-come-back, calendar-put, calendar-remove, calendar-kill, calendar-come-back, directory-kill, directory-come-back, voicemail-leave, voicemail-kill, voicemail-come-back, rooms-kill, rooms-come-back, touch or stop',
        }
    }
  } catch (error) {
    return { ok: false, error: (error as Error).message }
  }
}

/** Fifty thousand rules fit. */
const longest = 8_000_000
