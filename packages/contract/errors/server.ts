// Errors on the way to a server.
import { error } from './entry.ts'

export const serverErrors = {
  'server-unresolved': error(
    'admin',
    'The server’s name has no address.',
    'Check the name in softphone.servers, xmpp.servers or calendar.servers, and the DNS.',
    'retryable',
  ),
  'server-refused': error(
    'server',
    'The server’s machine refuses the connection: nothing listens there.',
    'Check address, port and transport, and that the server runs.',
    'retryable',
  ),
  'server-silent': error(
    'network',
    'The server does not answer.',
    'Check address and transport, and any firewall between here and there.',
    'retryable',
  ),
  'server-closed': error(
    'network',
    'The server closed the connection.',
    'Nothing: it is tried again. If it happens often, look at the server’s log.',
    'retryable',
  ),
  'server-overloaded': error(
    'server',
    'The server is overloaded or out of service.',
    'Nothing: it is tried again when the server said it may.',
    'retryable',
  ),
  'server-failed': error(
    'server',
    'The server reports an error of its own.',
    'Look at the server’s log; the cause holds its answer.',
    'retryable',
  ),
  'server-garbled': error(
    'server',
    'What the server sends is not what it should be, or is broken.',
    'Check that the address and port are those of a server of that kind.',
    'retryable',
  ),
  'tls-untrusted': error(
    'admin',
    'The server’s certificate is not signed by an authority that is trusted here.',
    'Give the authority’s certificate in softphone.tls.ca, for chat in xmpp.tls.ca, for the calendar in calendar.tls.ca, for the phone on the desk in deskPhone.tls.ca.',
  ),
  'tls-name-mismatch': error(
    'admin',
    'The server’s certificate is made for another name.',
    'Use the name that the certificate bears, or renew the certificate.',
  ),
  'tls-expired': error(
    'admin',
    'The server’s certificate has expired or is not valid yet.',
    'Renew the certificate; check the clocks of both machines.',
  ),
  'tls-unchecked': error(
    'admin',
    'The server’s certificate is not checked: whoever is on the way to it can listen and speak.',
    'Set softphone.tls.verify to full, and softphone.tls.ca to the certificate of the server’s authority.',
  ),
  'tls-failed': error(
    'server',
    'No secure connection could be agreed on.',
    'Check that the port speaks TLS 1.2 or newer.',
    'retryable',
  ),
  'network-down': error(
    'network',
    'This machine has no way to the server.',
    'Check the network connection.',
    'retryable',
  ),
  'address-unavailable': error(
    'admin',
    'The local address or port cannot be used.',
    'Check softphone.localAddress; another program may hold the port.',
  ),
} as const
