// The lab's manager interface, as Asterisk has one: its phones are those on desks.
import { listenStream, type Stream } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import type { Desk } from '../desk/desk.ts'
import { Channels } from './channels.ts'
import { Manager } from './manager.ts'

export interface AmiServerOptions {
  readonly desk: Desk
  readonly passwordOf: (person: string) => string | undefined
  readonly dice: Dice
}

export interface AmiServer {
  readonly address: string
  /** What a core needs to control the person’s phone on the desk; nothing where they have none. */
  settings(person: string): Readonly<Record<string, unknown>>
  /** All connections are cut. */
  cut(): void
  close(): Promise<void>
}

export async function openAmiServer({ desk, passwordOf, dice }: AmiServerOptions): Promise<AmiServer> {
  const managers = new Map<Stream, Manager>()
  const channels = new Channels(desk)
  const unwatch = desk.watch((number, event) => {
    for (const told of channels.told(number, event)) for (const manager of managers.values()) manager.told(told)
  })
  const listening = await listenStream({
    address: '127.0.0.1',
    port: 0,
    mostConnections: 100,
    onStream: (stream) => {
      const manager = new Manager({
        desk,
        channels,
        dice,
        passwordOf,
        send: (bytes) => void stream.send(bytes),
        close: () => stream.close(),
      })
      managers.set(stream, manager)
      return { onData: (bytes) => manager.received(bytes), onClose: () => void managers.delete(stream) }
    },
  })
  const address = `127.0.0.1:${listening.port}`
  return {
    address,
    settings: (person) => {
      const number = desk.numberOf(person)
      if (number === undefined) return {}
      return {
        'deskPhone.via': 'ami',
        'deskPhone.servers': [address],
        'deskPhone.line': `PJSIP/${number}`,
        'deskPhone.number': number,
        'deskPhone.user': person,
        'deskPhone.password': passwordOf(person),
        'deskPhone.ami.mailbox': `${number}@default`,
      }
    },
    cut: () => {
      for (const stream of managers.keys()) stream.close()
    },
    close: async () => {
      unwatch()
      await listening.close()
    },
  }
}
