// Scripts for sipp, each written by what is particular in it: what every message has is added here.

/** One step of a script, as sipp reads it. */
export type Step = string

interface Said {
  readonly headers?: readonly string[]
  /** A description of sound; none unless said. */
  readonly sdp?: string
  /** Another body, with its type. */
  readonly body?: readonly [type: string, text: string]
}

/** What a message must be like: a header's name, or `body`, and an expression that it must match. */
type Check = readonly [where: string, expression: string]

export function script(...steps: readonly Step[]): string {
  const text = steps.join('\n')
  // A variable that is met once only is an error of the script to sipp.
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="script">
${text}${text.includes('"found"') ? '<Reference variables="found" />' : ''}
</scenario>
`
}

/** A description of sound in PCMU, or in what is said. */
export function sdp({
  direction = 'sendrecv',
  connection = '[media_ip]',
  version = 1,
  payload = '0 PCMU',
}: {
  direction?: string
  connection?: string
  version?: number
  payload?: '0 PCMU' | '8 PCMA'
} = {}): string {
  const [type, name] = payload.split(' ')
  return [
    'v=0',
    `o=sipp 1 ${version} IN IP4 [local_ip]`,
    's=-',
    `c=IN IP4 ${connection}`,
    't=0 0',
    `m=audio [media_port] RTP/AVP ${type}`,
    `a=rtpmap:${type} ${name}/8000`,
    ...(direction === '' ? [] : [`a=${direction}`]),
  ].join('\n')
}

export const pause = (ms: number): Step => `<pause milliseconds="${ms}" />`

/** A request comes. */
export function recv(method: string, checks: readonly Check[] = [], attributes = ''): Step {
  return `<recv request="${method}" ${attributes}><action>${checks.map(check).join('')}</action></recv>`
}

/** An answer comes, and those that only tell of progress may come before it. */
export function response(status: number, checks: readonly Check[] = []): Step {
  const before = status >= 200 ? [100, 180, 183] : [100]
  return [
    ...before.map((each) => `<recv response="${each}" optional="true" />`),
    `<recv response="${status}" rrs="true"><action>${checks.map(check).join('')}</action></recv>`,
  ].join('\n')
}

// Who is called. Its dialog's parts are kept, as further requests come before its INVITE is answered.

/** Who is called by an address that has `elsewhere` in it goes on at `otherwise`. */
export function invited(checks: readonly Check[] = [], elsewhere?: string): Step {
  const kept = ['Via', 'From', 'To', 'CSeq'].map(
    (name) => `<ereg regexp=".*" search_in="hdr" header="${name}:" check_it="true" assign_to="${name}" />`,
  )
  const branch = elsewhere === undefined ? '' : 'next="otherwise" test="isElsewhere"'
  const looks =
    elsewhere === undefined ? '' : `<ereg regexp="^INVITE ${elsewhere}" search_in="msg" assign_to="isElsewhere" />`
  return `<recv request="INVITE" rrs="true" ${branch}><action>${kept.join('')}${looks}${checks.map(check).join('')}</action></recv>`
}

export const otherwise: Step = '<label id="otherwise" />'
export const end: Step = '<label id="end" /><nop />'

const tag = '[pid]T[call_number]'

/** To the INVITE. */
export function answer(status: number, said: Said = {}): Step {
  return send(
    `SIP/2.0 ${status} Said`,
    [
      'Via:[$Via]',
      'From:[$From]',
      `To:[$To];tag=${tag}`,
      'Call-ID: [call_id]',
      'CSeq:[$CSeq]',
      ...(status < 300 ? [contact] : []),
    ],
    said,
  )
}

/** To a request in the dialog, the last that came. */
export function reply(status: number, said: Said = {}): Step {
  return send(
    `SIP/2.0 ${status} Said`,
    ['[last_Via:]', '[last_From:]', '[last_To:]', '[last_Call-ID:]', '[last_CSeq:]'],
    said,
  )
}

/** In the dialog, from who is called. */
export function asks(method: string, number: number, said: Said = {}): Step {
  return send(
    `${method} [next_url] SIP/2.0`,
    [
      via,
      `From:[$To];tag=${tag}`,
      'To:[$From]',
      'Call-ID: [call_id]',
      `CSeq: ${number} ${method}`,
      contact,
      'Max-Forwards: 70',
    ],
    said,
  )
}

// Who calls, through a proxy that stays in the path.

/** The first request; its CSeq is 1. */
export function calls(method: string, said: Said = {}): Step {
  return send(
    `${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0`,
    [
      via,
      `From: "sipp" <sip:sipp@[local_ip]:[local_port]>;tag=${tag}`,
      'To: <sip:[service]@[remote_ip]:[remote_port]>',
      'Call-ID: [call_id]',
      `CSeq: 1 ${method}`,
      contact,
      'Max-Forwards: 70',
    ],
    said,
  )
}

/** In the dialog, from who calls. */
export function goesOn(method: string, number: number, said: Said = {}): Step {
  return send(
    `${method} [next_url] SIP/2.0`,
    [
      via,
      '[routes]',
      `From: "sipp" <sip:sipp@[local_ip]:[local_port]>;tag=${tag}`,
      'To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]',
      'Call-ID: [call_id]',
      `CSeq: ${number} ${method}`,
      contact,
      'Max-Forwards: 70',
    ],
    said,
  )
}

/** Its dialog as who is called knows it: Call-ID, their tag, our tag. */
export const notesDialog: Step =
  '<nop><action><log message="[call_id] [pid]T[call_number] [peer_tag_param]" /></action></nop>'

const contact = 'Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>'
const via = 'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]'

function send(line: string, fixed: readonly string[], { headers = [], sdp: sound, body }: Said): Step {
  const [type, text] = sound === undefined ? (body ?? ['', '']) : ['application/sdp', sound]
  const all = [
    line,
    ...fixed,
    ...headers,
    ...(type === '' ? [] : [`Content-Type: ${type}`]),
    'Content-Length: [len]',
    '',
    text,
  ]
  const again = /^(ACK|SIP\/2\.0 1)/.test(line) ? '' : ' retrans="500"'
  const waited = line.startsWith('SIP/2.0') && !fixed.includes('CSeq:[$CSeq]') ? '' : again
  return `<send${waited}><![CDATA[\n${all.join('\n')}\n]]></send>`
}

function check([where, expression]: Check): string {
  const at = where === 'body' || where === 'line' ? 'search_in="msg"' : `search_in="hdr" header="${where}:"`
  return `<ereg regexp="${expression.replaceAll('"', '&quot;').replaceAll('<', '&lt;')}" ${at} check_it="true" assign_to="found" />`
}
