// The state machines of the protocols as diagrams, drawn from the tables that run.
import { diagram } from '@openparley/protocols/common'
import { exchangeTable, firstState, sessionTable, subscriptionTable, tables } from '@openparley/protocols/sip'
import { standbyTable } from '@openparley/protocols/cucm'
import { kpmlTable } from '@openparley/protocols/kpml'
import { readTable, sendTable } from '@openparley/protocols/tftp'

export function machinesPage(): string {
  const drawn = (title: string, doc: string, text: string): string =>
    `## ${title}\n\n${doc}\n\n\`\`\`mermaid\n${text}\n\`\`\`\n`
  const transactions = Object.entries(tables).map(([kind, table]) =>
    drawn(
      `SIP ${kind} transaction`,
      transactionDocs[kind as keyof typeof tables],
      diagram(table, [firstState[kind as keyof typeof tables]], 'terminated'),
    ),
  )
  return [
    '<!-- Generated from packages/protocols by scripts/generate.ts; not written by hand. -->\n',
    '# The state machines\n',
    'Drawn from the tables that run. An edge says: signal / actions. What is not drawn is ignored.\n',
    drawn(
      'SIP session',
      'A call as one side sees it: RFC 3261 §9, §13–§15.',
      diagram(sessionTable, ['calling', 'incoming'], 'ended'),
    ),
    drawn(
      'SIP exchange',
      'Offers and answers while a call lasts: RFC 3264, RFC 6337, RFC 3261 §14.',
      diagram(exchangeTable, ['stable'], ''),
    ),
    drawn(
      'SIP subscription',
      'To the events of somebody: RFC 6665 §4.1.',
      diagram(subscriptionTable, ['asking'], 'ended'),
    ),
    drawn(
      'Keys on request',
      'One subscription of a server to the keys: RFC 4730.',
      diagram(kpmlTable, ['empty'], 'over'),
    ),
    drawn(
      'Standing by',
      'The next call manager, and the way back to a better one.',
      diagram(standbyTable, ['idle'], ''),
    ),
    ...transactions,
    drawn('TFTP read', 'Reading a file: RFC 1350, RFC 2347, RFC 7440.', diagram(readTable, ['idle'], 'over')),
    drawn('TFTP send', 'Giving a file out: RFC 1350, RFC 2347, RFC 7440.', diagram(sendTable, ['idle'], 'over')),
  ].join('\n')
}

const transactionDocs: Record<keyof typeof tables, string> = {
  'invite-client': 'The transaction of an INVITE of ours: RFC 3261 §17.1.1 with RFC 6026.',
  client: 'The transaction of any other request of ours: RFC 3261 §17.1.2.',
  'invite-server': 'The transaction of an INVITE of theirs: RFC 3261 §17.2.1 with RFC 6026.',
  server: 'The transaction of any other request of theirs: RFC 3261 §17.2.2.',
}
