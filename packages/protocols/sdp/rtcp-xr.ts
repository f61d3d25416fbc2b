// Which extended reports one side wants of the other: a=rtcp-xr, RFC 3611 §5. Formats that are not of use here are passed over.

export interface ReportsWanted {
  readonly voipMetrics: boolean
  /** Who answers a receiver's reference time: everybody, or only who sends; absent: nobody asks for it. */
  readonly roundTrip?: 'all' | 'sender'
}

/** Undefined where nothing is wanted that we can give. */
export function readReportsWanted(value: string): ReportsWanted | undefined {
  const formats = value.trim().split(/ +/)
  const voipMetrics = formats.includes('voip-metrics')
  const roundTrip = /^rcvr-rtt=(all|sender)(?::\d{1,9})?$/
  const mode = formats.flatMap((each) => roundTrip.exec(each)?.[1] ?? [])[0] as ReportsWanted['roundTrip']
  if (!voipMetrics && mode === undefined) return undefined
  return { voipMetrics, ...(mode === undefined ? {} : { roundTrip: mode }) }
}

export function writeReportsWanted({ voipMetrics, roundTrip }: ReportsWanted): string {
  const mode = roundTrip === undefined ? [] : [`rcvr-rtt=${roundTrip}`]
  return [...mode, ...(voipMetrics ? ['voip-metrics'] : [])].join(' ')
}
