// The figures in a report of voice quality, RFC 6035 §4.6: which line each is in, and by which letters, as a table.

/** Times are RFC 3339's. Figures that are absent are not known. */
export interface QualityMetrics {
  readonly start: string
  readonly stop: string
  readonly payloadType?: number
  readonly codec?: string
  /** In Hz. */
  readonly clockRate?: number
  readonly frameMs?: number
  readonly frameBytes?: number
  readonly framesPerPacket?: number
  readonly packetsPerSecond?: number
  readonly parameters?: string
  /** As RFC 3611 §4.7.6 numbers it: 3 is standard, 0 unspecified. */
  readonly concealment?: number
  readonly silenceSuppression?: 'on' | 'off'
  /** As RFC 3611 §4.7.7 numbers it: 3 is adaptive. */
  readonly jitterBuffer?: number
  readonly jitterBufferRate?: number
  readonly jitterBufferMs?: number
  readonly jitterBufferMaximumMs?: number
  readonly jitterBufferMostMs?: number
  readonly lossPercent?: number
  readonly discardedPercent?: number
  readonly burstLossPercent?: number
  readonly burstMs?: number
  readonly gapLossPercent?: number
  readonly gapMs?: number
  readonly gapThreshold?: number
  readonly roundTripMs?: number
  readonly endSystemMs?: number
  readonly oneWayMs?: number
  readonly symmetricOneWayMs?: number
  readonly jitterMs?: number
  readonly meanJitterMs?: number
  readonly signalDbm?: number
  readonly noiseDbm?: number
  readonly echoReturnLossDb?: number
  /** R of the E-model, 0 to 120: of listening, of talking, and of what comes before and after this side. */
  readonly ratingListening?: number
  readonly ratingConversational?: number
  readonly ratingBefore?: number
  readonly ratingAfter?: number
  readonly mosListening?: number
  readonly mosConversational?: number
  /** By what they are estimated: G.107. */
  readonly estimatedBy?: string
}

type Name = Exclude<keyof QualityMetrics, 'start' | 'stop'>

/** A figure's letters, its name here, and how it is written: with so many places, as text, or as text in quotes. */
type Row = readonly [letters: string, name: Name, how: 0 | 1 | 'text' | 'quoted']

export const metricsTable: readonly (readonly [line: string, rows: readonly Row[]])[] = [
  [
    'SessionDesc',
    [
      ['PT', 'payloadType', 0],
      ['PD', 'codec', 'text'],
      ['SR', 'clockRate', 0],
      ['FD', 'frameMs', 0],
      ['FO', 'frameBytes', 0],
      ['FPP', 'framesPerPacket', 0],
      ['PPS', 'packetsPerSecond', 0],
      ['FMTP', 'parameters', 'quoted'],
      ['PLC', 'concealment', 0],
      ['SSUP', 'silenceSuppression', 'text'],
    ],
  ],
  [
    'JitterBuffer',
    [
      ['JBA', 'jitterBuffer', 0],
      ['JBR', 'jitterBufferRate', 0],
      ['JBN', 'jitterBufferMs', 0],
      ['JBM', 'jitterBufferMaximumMs', 0],
      ['JBX', 'jitterBufferMostMs', 0],
    ],
  ],
  [
    'PacketLoss',
    [
      ['NLR', 'lossPercent', 1],
      ['JDR', 'discardedPercent', 1],
    ],
  ],
  [
    'BurstGapLoss',
    [
      ['BLD', 'burstLossPercent', 1],
      ['BD', 'burstMs', 0],
      ['GLD', 'gapLossPercent', 1],
      ['GD', 'gapMs', 0],
      ['GMIN', 'gapThreshold', 0],
    ],
  ],
  [
    'Delay',
    [
      ['RTD', 'roundTripMs', 0],
      ['ESD', 'endSystemMs', 0],
      ['OWD', 'oneWayMs', 0],
      ['SOWD', 'symmetricOneWayMs', 0],
      ['IAJ', 'jitterMs', 0],
      ['MAJ', 'meanJitterMs', 0],
    ],
  ],
  [
    'Signal',
    [
      ['SL', 'signalDbm', 0],
      ['NL', 'noiseDbm', 0],
      ['RERL', 'echoReturnLossDb', 0],
    ],
  ],
  [
    'QualityEst',
    [
      ['RLQ', 'ratingListening', 0],
      ['RCQ', 'ratingConversational', 0],
      ['EXTRI', 'ratingBefore', 0],
      ['EXTRO', 'ratingAfter', 0],
      ['MOSLQ', 'mosListening', 1],
      ['MOSCQ', 'mosConversational', 1],
      ['QoEEstAlg', 'estimatedBy', 'text'],
    ],
  ],
]
