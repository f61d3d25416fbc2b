// Settings of dial rules: where they come from and how often that is looked at.
import { z } from 'zod'
import { secret, setting } from './entry.ts'

export const dialRuleSettings = {
  'dialRules.from': setting({
    doc: 'Where the rules are: files (of cucm.tftp.servers), axl (the call manager’s database), or off.',
    since: '0.1',
    schema: z.enum(['files', 'axl', 'off']),
    default: 'files',
    applies: 'now',
  }),
  'dialRules.application.file': setting({
    doc: 'The file of the application dial rules on the server.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    default: 'CUPC/AppDialRules.xml',
    applies: 'now',
  }),
  'dialRules.directory.file': setting({
    doc: 'The file of the directory look-up rules on the server.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    default: 'CUPC/DirLookupDialRules.xml',
    applies: 'now',
  }),
  'dialRules.everyMs': setting({
    doc: 'How often the rules are looked at for changes, in milliseconds.',
    since: '0.1',
    schema: z.number().int().min(500).max(86_400_000),
    default: 60_000,
    applies: 'now',
  }),
  'dialRules.axl.servers': setting({
    doc: 'The servers of the call manager’s database interface (AXL): host or host:port, 8443 unless said.',
    since: '0.1',
    schema: z.union([
      z
        .string()
        .min(1)
        .transform((one) => [one]),
      z.array(z.string().min(1)).min(1).max(16),
    ]),
    applies: 'now',
  }),
  'dialRules.axl.user': setting({
    doc: 'The name that may read the database.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'now',
  }),
  'dialRules.axl.password': setting({
    doc: 'Its password, or {"env": NAME} to read it from an environment variable.',
    since: '0.1',
    schema: secret,
    secret: true,
    applies: 'now',
  }),
  'dialRules.axl.applicationQuery': setting({
    doc: 'The SQL that gives the application dial rules in order, as columns beginswith, numdigits, digitstoremove, prefixwith. The default’s table and columns are from memory of the call manager’s data dictionary; another version may want another.',
    since: '0.1',
    schema: z.string().min(1).max(4096),
    default: queryOf('applicationdialrule'),
    applies: 'now',
  }),
  'dialRules.axl.directoryQuery': setting({
    doc: 'The same for the directory look-up rules.',
    since: '0.1',
    schema: z.string().min(1).max(4096),
    default: queryOf('directorylookupdialrule'),
    applies: 'now',
  }),
} as const

function queryOf(table: string): string {
  return `select numbeginwith as beginswith, numofdigits as numdigits, digitstoberemoved as digitstoremove, prefixpattern as prefixwith from ${table} order by priority`
}
