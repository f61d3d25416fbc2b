// The machine of a publication as a table (RFC 3903 §4). An absent cell: ignored.

export type PublishingState =
  /** The server has nothing of ours. */
  | 'none'
  /** PUBLISH with a body is out: the first, or one that changes it. */
  | 'telling'
  | 'told'
  /** PUBLISH without a body is out: what was told holds on. */
  | 'refreshing'
  | 'taking-back'
  /** It was not taken: tried again later, or at the next sign-in. */
  | 'waiting'

export type PublishingSignal =
  /** Something else is to be told; nothing is to be told. */
  | 'want'
  | 'unwant'
  | 'taken'
  /** 412: the server does not know what we told. 423: it wants to be told for longer. */
  | 'unknown'
  | 'brief'
  | 'refused'
  | 'due'
  /** The server is gone. */
  | 'lost'

export type PublishingAction = 'tell' | 'refresh' | 'take-back' | 'keep' | 'forget' | 'try-later' | 'look'

export const publishingTable: Readonly<
  Record<
    PublishingState,
    Partial<Readonly<Record<PublishingSignal, readonly [PublishingState, ...PublishingAction[]]>>>
  >
> = {
  none: {
    want: ['telling', 'tell'],
  },
  // What is wanted meanwhile is looked at when the answer is there: one PUBLISH at a time (§4.1).
  telling: {
    taken: ['told', 'keep', 'look'],
    unknown: ['none', 'forget', 'look'],
    brief: ['none', 'forget', 'look'],
    refused: ['waiting', 'forget', 'try-later'],
    lost: ['none', 'forget'],
  },
  told: {
    want: ['telling', 'tell'],
    unwant: ['taking-back', 'take-back'],
    due: ['refreshing', 'refresh'],
    lost: ['none', 'forget'],
  },
  refreshing: {
    taken: ['told', 'keep', 'look'],
    unknown: ['none', 'forget', 'look'],
    brief: ['none', 'forget', 'look'],
    refused: ['waiting', 'forget', 'try-later'],
    lost: ['none', 'forget'],
  },
  'taking-back': {
    taken: ['none', 'forget', 'look'],
    unknown: ['none', 'forget', 'look'],
    brief: ['none', 'forget', 'look'],
    refused: ['none', 'forget', 'look'],
    lost: ['none', 'forget'],
  },
  waiting: {
    due: ['none', 'look'],
    unwant: ['none', 'forget'],
    lost: ['none', 'forget'],
  },
}
