// Control of a phone on a desk through Asterisk's manager interface.
import { connect } from 'node:net'
import { AmiReader, fieldOf, messageOf, writeAmi } from '@openparley/protocols/ami'
import { amiPhone } from '../../../packages/core/adapters/phone-asterisk/ami/index.ts'
import type { Way } from './desk-house.ts'

export const ami: Way = {
  open: amiPhone,
  port: ({ managerPort }) => managerPort,
  settings: { 'deskPhone.via': 'ami', 'deskPhone.user': 'desk', 'deskPhone.ami.context': 'internal' },
  refuseAsUnknown: ({ managerPort }) => refuseAsUnknown(managerPort),
}

async function refuseAsUnknown(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  const reader = new AmiReader({ greeted: true })
  const say = (fields: Readonly<Record<string, string>>): void => void socket.write(writeAmi(messageOf(fields)))
  say({ Action: 'Login', Username: 'desk', Secret: 'secret-desk', Events: 'off' })
  say({ Action: 'CoreShowChannels', ActionID: 'all' })
  for await (const bytes of socket)
    for (const message of reader.push(bytes as Buffer)) {
      if ('fault' in message) throw new Error(message.fault)
      const channel = fieldOf(message, 'Channel') ?? ''
      if (channel.startsWith('PJSIP/102-')) say({ Action: 'Hangup', Channel: channel, Cause: '1' })
      if (fieldOf(message, 'EventList') === 'Complete') say({ Action: 'Logoff' })
    }
}
