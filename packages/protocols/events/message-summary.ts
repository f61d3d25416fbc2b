// Message waiting (RFC 3842): what a mailbox holds, as a server tells it.

export interface MessageSummary {
  readonly waiting: boolean
  /** The account of the mailbox, where it is told: a URI. */
  readonly account?: string
  /** Of voice messages: nobody has heard them yet, and heard before; the urgent ones are among them. */
  readonly fresh?: number
  readonly old?: number
  readonly urgentFresh?: number
  readonly urgentOld?: number
}

/** Undefined for what is no such body (§5.2). */
export function readMessageSummary(body: string): MessageSummary | undefined {
  const lines = new Map(
    body
      .split(/\r?\n/)
      .slice(0, mostLines)
      .flatMap((line): [string, string][] => {
        const colon = line.indexOf(':')
        return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]]
      }),
  )
  const waiting = lines.get('messages-waiting')?.toLowerCase()
  if (waiting !== 'yes' && waiting !== 'no') return undefined
  const account = lines.get('message-account')
  const counts = /^(\d{1,9})\s*\/\s*(\d{1,9})(?:\s*\(\s*(\d{1,9})\s*\/\s*(\d{1,9})\s*\))?/.exec(
    lines.get('voice-message') ?? '',
  )
  const [fresh, old, urgentFresh, urgentOld] = (counts ?? []).slice(1).map((each) => Number(each))
  return {
    waiting: waiting === 'yes',
    ...(account === undefined ? {} : { account: account.slice(0, 512) }),
    ...(counts === null ? {} : { fresh: fresh as number, old: old as number }),
    ...(counts?.[3] === undefined ? {} : { urgentFresh: urgentFresh as number, urgentOld: urgentOld as number }),
  }
}

export function writeMessageSummary({
  waiting,
  account,
  fresh,
  old = 0,
  urgentFresh,
  urgentOld = 0,
}: MessageSummary): string {
  const urgent = urgentFresh === undefined ? '' : ` (${urgentFresh}/${urgentOld})`
  return [
    `Messages-Waiting: ${waiting ? 'yes' : 'no'}`,
    ...(account === undefined ? [] : [`Message-Account: ${account}`]),
    ...(fresh === undefined ? [] : [`Voice-Message: ${fresh}/${old}${urgent}`]),
    '',
  ].join('\r\n')
}

const mostLines = 200
