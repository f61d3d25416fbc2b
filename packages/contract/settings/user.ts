// Settings of the person: a name and a password are enough where the domain's DNS names the servers.
import { z } from 'zod'
import { secret, setting } from './entry.ts'

export const userSettings = {
  'user.name': setting({
    doc: 'The person’s name at the servers: jdoe, or jdoe@example.com, whose domain is then user.domain.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'sign-in',
  }),
  'user.password': setting({
    doc: 'The person’s password at the servers, or {"env": NAME} to read it from an environment variable.',
    since: '0.1',
    schema: secret,
    secret: true,
    applies: 'sign-in',
  }),
  'user.domain': setting({
    doc: 'The domain whose DNS names the servers.',
    since: '0.1',
    schema: z.string().min(1).max(255),
    applies: 'sign-in',
  }),
  'discovery.use': setting({
    doc: 'Whether servers that no setting names are looked for in the domain’s DNS.',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'sign-in',
  }),
  'discovery.dns': setting({
    doc: 'The DNS servers to ask, address or address:port; the system’s unless said.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(64)).max(8),
    applies: 'sign-in',
  }),
} as const
