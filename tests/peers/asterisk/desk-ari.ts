// Control of a phone on a desk through Asterisk's REST interface.
import { ariPhone } from '../../../packages/core/adapters/phone-asterisk/ari/index.ts'
import type { Way } from './desk-house.ts'

export const ari: Way = {
  open: ariPhone,
  port: ({ httpPort }) => httpPort,
  settings: {
    'deskPhone.via': 'ari',
    'deskPhone.user': 'desk-ari',
    'deskPhone.ari.context': 'internal',
    'deskPhone.ari.conference': 'ari-conference',
  },
  refuseAsUnknown: ({ httpPort }) => refuseAsUnknown(httpPort),
}

async function refuseAsUnknown(port: number): Promise<void> {
  const headers = { authorization: `Basic ${Buffer.from('desk-ari:secret-desk').toString('base64')}` }
  const channels = `http://127.0.0.1:${port}/ari/channels`
  const all = (await (await fetch(channels, { headers })).json()) as { readonly id: string; readonly name: string }[]
  for (const { id, name } of all)
    if (name.startsWith('PJSIP/102-')) await fetch(`${channels}/${id}?reason_code=1`, { method: 'DELETE', headers })
}
