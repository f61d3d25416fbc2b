// Settings of services that are not there yet: kept, shown and rolled out already, so that what an administrator has
// configured for the original is not lost on the way.
import { z } from 'zod'
import { type Setting, setting } from './entry.ts'

const text = z.string().max(1024)
const texts = z.union([text.min(1).transform((one) => [one]), z.array(text.min(1)).max(16)])

function kept<const T extends z.ZodType>(
  what: string,
  service: string,
  schema: T,
): Setting<T> & { readonly since: string } {
  return setting({
    doc: `${what} Kept for the ${service} service, which is not there yet.`,
    since: '0.1',
    schema,
    applies: 'sign-in',
  })
}

export const laterSettings = {
  'presence.servers': kept('The presence servers that people sign in to, best first: host:port.', 'presence', texts),
  'edge.servers': kept(
    'The servers at the edge, for who is outside the network, best first: host:port.',
    'edge',
    texts,
  ),
  'presence.domain': kept('The domain of people’s addresses.', 'presence', text),
  'conference.servers': kept('The conference servers, best first.', 'conferences', texts),
  'phone.callPark': kept('Whether calls may be parked.', 'calls', z.boolean()),
  'phone.dscp': kept('Whether packets are marked for the network.', 'calls', z.boolean()),
  'phone.emergencyNotice': kept('What is said of emergency calls before the first sign-in.', 'calls', text),
  'phone.emergencyLocation': kept('How the place of an emergency call is found.', 'calls', text),
  'phone.emergencyNetworks': kept('The networks in which such a place is known.', 'calls', text),
  'phone.encryption': kept('The policy of next generation encryption.', 'calls', text),
  'phone.sipForMobiles': kept('Whether mobile devices register by SIP.', 'calls', z.boolean()),
  'cucm.cti.fromGroup': kept(
    'Whether the CTI servers are those of the device’s call manager group.',
    'desk phone',
    z.boolean(),
  ),
  'phone.hotKey': kept('The key that dials what is selected anywhere.', 'communicator', text),
} as const
