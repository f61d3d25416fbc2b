// A report of voice quality, RFC 6035: application/vq-rtcpxr, which a PUBLISH of the event vq-rtcpxr carries to a collector.
// Left out: what an alert is about, MAC addresses, and lines of others (§4.6.2), which are passed over.
import { metricsTable, type QualityMetrics } from './metrics.ts'

export interface QualityReport {
  /** session: of a whole call, or of its part until something changed; interval: of a part of one. */
  readonly kind: 'session' | 'interval' | 'alert'
  /** The call is over. */
  readonly isLast: boolean
  readonly callId: string
  /** As From and To have them: a name and an address. */
  readonly localId: string
  readonly remoteId: string
  /** Of the two the one who called. */
  readonly originId: string
  readonly localAddress: SoundAddress
  readonly remoteAddress: SoundAddress
  /** Where each belongs to, as whoever reads reports groups them. */
  readonly localGroup?: string
  readonly remoteGroup?: string
  readonly dialog?: { readonly callId: string; readonly toTag: string; readonly fromTag: string }
  /** Of what is heard by who reports, and of what the other side says of itself. */
  readonly local: QualityMetrics
  readonly remote?: QualityMetrics
}

export interface SoundAddress {
  readonly address: string
  readonly port: number
  readonly ssrc?: number
}

/** Line breaks and the like in what others named themselves do not make lines of their own. */
export function writeQualityReport(report: QualityReport): string {
  const { dialog, local, remote } = report
  const lines: [string, string][] = [
    ['CallID', report.callId],
    ['LocalID', report.localId],
    ['RemoteID', report.remoteId],
    ['OrigID', report.originId],
    ['LocalAddr', addressText(report.localAddress)],
    ['RemoteAddr', addressText(report.remoteAddress)],
    ...(report.localGroup === undefined ? [] : [['LocalGroup', report.localGroup] as [string, string]]),
    ...(report.remoteGroup === undefined ? [] : [['RemoteGroup', report.remoteGroup] as [string, string]]),
    ['LocalMetrics', ''],
    ...metricsLines(local),
  ]
  if (remote) lines.push(['RemoteMetrics', ''], ...metricsLines(remote))
  if (dialog) lines.push(['DialogID', `${dialog.callId};to-tag=${dialog.toTag};from-tag=${dialog.fromTag}`])
  const head = kinds[report.kind]
  const first = report.isLast ? `${head}: CallTerm` : head
  return `${[first, ...lines.map(([name, value]) => `${name}:${plain(value)}`)].join('\r\n')}\r\n`
}

/** Undefined where it is no report. */
export function readQualityReport(body: string): QualityReport | undefined {
  if (body.length > mostLetters) return undefined
  // Lines that go on (RFC 3261 §7.3.1).
  const lines = body.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  const [, head = '', last] = /^(VQ\w+Report) *(?:: *(\w+).*)?$/i.exec(lines[0] ?? '') ?? []
  const kind = (Object.keys(kinds) as (keyof typeof kinds)[]).find(
    (each) => kinds[each].toLowerCase() === head.toLowerCase(),
  )
  const values = new Map<string, string>()
  const sides = { local: new Map<string, string>(), remote: new Map<string, string>() }
  let into: Map<string, string> = values
  for (const line of lines.slice(1)) {
    const [, name = '', value = ''] = /^([\w-]+) *: *(.*?) *$/.exec(line) ?? []
    const lower = name.toLowerCase()
    if (lower === 'localmetrics') into = sides.local
    else if (lower === 'remotemetrics') into = sides.remote
    else if (lower === 'dialogid') values.set(lower, value)
    else if (lower !== '') into.set(lower, value)
  }
  const local = readMetrics(sides.local)
  const text = (name: string): string => values.get(name) ?? ''
  if (!kind || !local || text('callid') === '') return undefined
  const remote = readMetrics(sides.remote)
  const dialog = readDialog(text('dialogid'))
  return {
    kind,
    isLast: last?.toLowerCase() === 'callterm',
    callId: text('callid'),
    localId: text('localid'),
    remoteId: text('remoteid'),
    originId: text('origid'),
    localAddress: readAddress(text('localaddr')),
    remoteAddress: readAddress(text('remoteaddr')),
    ...(values.has('localgroup') ? { localGroup: text('localgroup') } : {}),
    ...(values.has('remotegroup') ? { remoteGroup: text('remotegroup') } : {}),
    ...(dialog ? { dialog } : {}),
    local,
    ...(remote ? { remote } : {}),
  }
}

function metricsLines(metrics: QualityMetrics): [string, string][] {
  const lines: [string, string][] = [['Timestamps', `START=${metrics.start} STOP=${metrics.stop}`]]
  for (const [line, rows] of metricsTable) {
    const figures = rows.flatMap(([letters, name, how]) => {
      const value = metrics[name]
      if (value === undefined) return []
      if (typeof value === 'number') return `${letters}=${value.toFixed(how === 1 ? 1 : 0)}`
      return `${letters}=${how === 'quoted' ? `"${value.replace(/["\\]/g, '\\$&')}"` : value.replace(/\s/g, '-')}`
    })
    if (figures.length > 0) lines.push([line, figures.join(' ')])
  }
  return lines
}

function readMetrics(lines: ReadonlyMap<string, string>): QualityMetrics | undefined {
  const times = figuresIn(lines.get('timestamps'))
  const [start, stop] = [times.get('START'), times.get('STOP')]
  if (start === undefined || stop === undefined) return undefined
  const metrics: Record<string, string | number> = { start, stop }
  for (const [line, rows] of metricsTable) {
    const figures = figuresIn(lines.get(line.toLowerCase()))
    for (const [letters, name, how] of rows) {
      const value = figures.get(letters.toUpperCase())
      if (value === undefined) continue
      if (typeof how === 'string') metrics[name] = value
      else if (Number.isFinite(Number(value))) metrics[name] = Number(value)
    }
  }
  return metrics as unknown as QualityMetrics
}

/** By their letters in capitals; text without its quotes. */
function figuresIn(line = ''): Map<string, string> {
  const all = line.matchAll(/([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)
  return new Map(
    [...all].map(([, letters = '', quoted, bare = '']) => [
      letters.toUpperCase(),
      quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'),
    ]),
  )
}

function addressText({ address, port, ssrc }: SoundAddress): string {
  return `IP=${address} PORT=${port}${ssrc === undefined ? '' : ` SSRC=0x${ssrc.toString(16).padStart(8, '0')}`}`
}

function readAddress(value: string): SoundAddress {
  const figures = figuresIn(value)
  // Some, and the RFC's own example, leave 0x out.
  const ssrc = /^(?:0x)?([\da-f]{1,8})$/i.exec(figures.get('SSRC') ?? '')?.[1]
  const port = Number(figures.get('PORT'))
  return {
    address: figures.get('IP') ?? '',
    port: Number.isInteger(port) && port >= 0 && port < 65_536 ? port : 0,
    ...(ssrc === undefined ? {} : { ssrc: Number.parseInt(ssrc, 16) }),
  }
}

function readDialog(value: string): QualityReport['dialog'] {
  const [callId = '', ...parameters] = value.split(';').map((each) => each.trim())
  const of = (name: string): string | undefined =>
    parameters.find((each) => each.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
  const [toTag, fromTag] = [of('to-tag'), of('from-tag')]
  return callId === '' || toTag === undefined || fromTag === undefined ? undefined : { callId, toTag, fromTag }
}

function plain(value: string): string {
  return value.replace(/\p{Cc}+/gu, ' ')
}

const kinds = { session: 'VQSessionReport', interval: 'VQIntervalReport', alert: 'VQAlertReport' } as const
/** Reports have about a thousand. */
const mostLetters = 65_536
/** The event that a PUBLISH names (§4.2), and the type of its body. */
export const qualityEvent = 'vq-rtcpxr'
export const qualityType = 'application/vq-rtcpxr'
