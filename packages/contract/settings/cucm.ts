// Settings of a call manager: where its device list, its files and its dial rules are.
import { z } from 'zod'
import { setting } from './entry.ts'

const host = z
  .string()
  .regex(/^(\[[0-9a-f:]+\]|[^\s:/@?]+)(:\d{1,5})?$/i)
  .describe('host or host:port')

const hosts = z.union([host.transform((one) => [one]), z.array(host).min(1).max(16)])

export const cucmSettings = {
  'cucm.uds.servers': setting({
    doc: 'The servers of the user data services (UDS), best first: host or host:port, 8443 unless said.',
    since: '0.1',
    schema: hosts,
    applies: 'sign-in',
  }),
  'cucm.ccmcip.servers': setting({
    doc: 'The servers that list the person’s devices (CCMCIP), best first: host or host:port, 8443 unless said. Those of cucm.tftp.servers unless said.',
    since: '0.1',
    schema: hosts,
    applies: 'sign-in',
  }),
  'cucm.tftp.servers': setting({
    doc: 'The servers that hold the files of devices, best first: host, or host:port of TFTP. HTTP is tried first, at cucm.files.httpPort.',
    since: '0.1',
    schema: hosts,
    applies: 'sign-in',
  }),
  'cucm.cti.servers': setting({
    doc: 'The CTI servers for the control of desk phones. Kept for that service; nothing reads it yet.',
    since: '0.1',
    schema: hosts,
    applies: 'sign-in',
  }),
  'cucm.files.ways': setting({
    doc: 'The ways in which files are fetched, in this order.',
    since: '0.1',
    schema: z.array(z.enum(['http', 'https', 'tftp'])).min(1),
    default: ['http', 'tftp'] as ('http' | 'https' | 'tftp')[],
    applies: 'sign-in',
  }),
  'cucm.files.httpPort': setting({
    doc: 'The port for files by HTTP.',
    since: '0.1',
    schema: z.number().int().min(1).max(65_535),
    default: 6970,
    applies: 'sign-in',
  }),
  'cucm.files.httpsPort': setting({
    doc: 'The port for files by HTTPS.',
    since: '0.1',
    schema: z.number().int().min(1).max(65_535),
    default: 6972,
    applies: 'sign-in',
  }),
  'cucm.tls.ca': setting({
    doc: 'Certificates of the authorities to trust for the call manager’s services: a file’s path or PEM text. The system’s own unless said.',
    since: '0.1',
    schema: z.string().max(1_000_000),
    applies: 'sign-in',
  }),
  'cucm.tls.verify': setting({
    doc: 'How the certificates of the call manager’s services are checked: full; pinned (exactly the certificate in cucm.tls.ca); off (not at all: anybody in between reads the password).',
    since: '0.1',
    schema: z.enum(['full', 'pinned', 'off']),
    default: 'full',
    applies: 'sign-in',
  }),
  'cucm.device': setting({
    doc: 'The name of the device to be; the first soft phone of the person’s unless said.',
    since: '0.1',
    schema: z.string().regex(/^[\w.-]{1,50}$/),
    applies: 'sign-in',
  }),
  'cucm.excludedDevices': setting({
    doc: 'Beginnings of device names that are not for this core.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(50)).max(100),
    default: [] as string[],
    applies: 'sign-in',
  }),
  'cucm.softPhoneModels': setting({
    doc: 'The models, as the device list writes them, that are soft phones.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(128)).max(100),
    default: [
      'Cisco Unified Client Services Framework',
      'Client Services Framework',
      'Client Services Core',
    ] as string[],
    applies: 'sign-in',
  }),
} as const
