// What the person asks of a call's video: whether it can be asked of the other side now, and asking it.
import type { ErrorCode } from '@openparley/contract'
import type { PhoneEvent, VideoAct } from '../../services/calls/port.ts'
import type { Leg } from '../../services/media/port.ts'
import type { Side } from './side.ts'

export interface VideoAskingParts {
  readonly call: string
  /** The session that the call is now. */
  readonly side: () => Side
  readonly canAsk: () => boolean
  readonly shows: boolean
  readonly tell: (event: PhoneEvent) => void
}

const wanted = { add: 'sendrecv', pause: 'recvonly', remove: 'none' } as const

export async function askVideo(
  act: VideoAct,
  leg: Leg | undefined,
  { call, side: sideNow, canAsk, shows, tell }: VideoAskingParts,
): Promise<void> {
  const side = sideNow()
  const refused = (code: ErrorCode): void => tell({ type: 'refused', call, command: 'video', code })
  if (!leg || side.asking || !canAsk()) return refused('call-wrong-state')
  if (act === 'add' && !shows) return refused('video-no-page')
  if (act !== 'remove' && !(await side.video.open(leg))) return refused('media-no-port')
  // Something else may have come while the ports were bound.
  if (side.asking || side !== sideNow() || !canAsk()) return refused('call-wrong-state')
  side.video.want(wanted[act])
  if (act !== 'remove' || side.video.isAgreed) return side.ask(leg, 'video')
  side.video.look()
  tell({ type: 'video-agreed', call })
}
