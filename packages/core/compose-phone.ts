// How a session's phone is shown: who it is, and which device.
import { errorValue, type HealthRow, ParleyError, personOf, type Settings } from '@openparley/contract'
import { newId, type World } from './runtime/world.ts'
import type { PhonesService } from './services/phones/index.ts'
import type { Chosen } from './services/provisioning/index.ts'

/** Who the person is, before anything was asked anywhere. */
export function addressOf(settings: Settings): string {
  const { name, domain } = personOf(settings)
  const user = settings['softphone.user'] ?? name
  const other = settings['xmpp.user'] ?? mailboxOf(settings)
  // Who only chats, or only has a mailbox, is who they are there.
  if (user === undefined && other !== undefined) return other
  if (user === undefined) throw new ParleyError('setting-missing', 'softphone.user')
  const [server] = settings['softphone.servers'] ?? []
  const host = settings['softphone.domain'] ?? server?.replace(/^sips?:/i, '').replace(/;.*$/, '') ?? domain
  const [files] = settings['cucm.uds.servers'] ?? settings['cucm.ccmcip.servers'] ?? settings['cucm.tftp.servers'] ?? []
  if ((host ?? files) === undefined) throw new ParleyError('setting-missing', 'softphone.servers')
  return `${user}@${host ?? files}`
}

function mailboxOf(settings: Settings): string | undefined {
  const { 'voicemail.user': user, 'voicemail.servers': web, 'voicemail.imap.servers': stores } = settings
  const [server] = web ?? stores ?? []
  if (user === undefined || server === undefined) return undefined
  return user.includes('@') ? user : `${user}@${server}`
}

/** The devices of the person beside this core's own phone, which bears the name of the one that it is. */
export function showDevices(
  all: PhonesService,
  world: World,
  own: string,
  devices: readonly Chosen[],
  chosen: Chosen | undefined,
): void {
  for (const { name, description, model, kind, notAllowed } of devices) {
    const device = { name, description, model }
    if (name === chosen?.name) all.update(own, { device })
    else
      all.show({
        id: all.idOf(name) ?? newId(world, 'phone'),
        kind,
        address: name,
        can: [],
        sets: [],
        device,
        state: { is: 'off', since: world.wall() },
        notAllowed: notAllowed ?? `This core is ${chosen?.name ?? 'none of the devices'}.`,
      })
  }
}

/** What works and is unsafe. It is said whatever the transport is now: the next server of the list may have another. */
export function warningOf(settings: Settings): Pick<HealthRow, 'warning'> {
  return settings['softphone.tls.verify'] === 'off' ? { warning: errorValue('tls-unchecked') } : {}
}
