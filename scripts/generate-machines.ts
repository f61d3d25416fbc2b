// The state machines of SIP as diagrams, drawn from the tables that run.
import { diagram, exchangeTable, firstState, sessionTable, tables } from '@openparley/protocols/sip'

export function machinesPage(): string {
  const drawn = (title: string, doc: string, text: string): string =>
    `## ${title}\n\n${doc}\n\n\`\`\`mermaid\n${text}\n\`\`\`\n`
  const transactions = Object.entries(tables).map(([kind, table]) =>
    drawn(
      kind,
      transactionDocs[kind as keyof typeof tables],
      diagram(table, [firstState[kind as keyof typeof tables]], 'terminated'),
    ),
  )
  return [
    '<!-- Generated from packages/protocols/sip by scripts/generate.ts; not written by hand. -->\n',
    '# The state machines of SIP\n',
    'Drawn from the tables that run. An edge says: signal / actions. What is not drawn is ignored.\n',
    drawn(
      'session',
      'A call as one side sees it: RFC 3261 §9, §13–§15.',
      diagram(sessionTable, ['calling', 'incoming'], 'ended'),
    ),
    drawn(
      'exchange',
      'Offers and answers while a call lasts: RFC 3264, RFC 6337, RFC 3261 §14.',
      diagram(exchangeTable, ['stable'], ''),
    ),
    ...transactions,
  ].join('\n')
}

const transactionDocs: Record<keyof typeof tables, string> = {
  'invite-client': 'The transaction of an INVITE of ours: RFC 3261 §17.1.1 with RFC 6026.',
  client: 'The transaction of any other request of ours: RFC 3261 §17.1.2.',
  'invite-server': 'The transaction of an INVITE of theirs: RFC 3261 §17.2.1 with RFC 6026.',
  server: 'The transaction of any other request of theirs: RFC 3261 §17.2.2.',
}
