// The players of a core, seen from its own thread.
import type { Endpoint, Player, PlayerEvent } from '../../services/media/port.ts'
import type { PlayerAsk, Tell } from './messages.ts'

export interface Players {
  /** `id`: of no other player or leg. */
  open(id: number, onEvent: (event: PlayerEvent) => void): Player
  told(tell: Extract<Tell, { is: 'player' | 'player-closed' }>): void
  /** That page is no more: whoever plays to it is told. */
  browserGone(browser: string): void
  /** The thread is gone, and all that played there. */
  lost(): void
}

interface OpenPlayer {
  onEvent(event: PlayerEvent): void
  turn: number
  endpoint?: Endpoint
}

/** `post` tells the thread, and says whether there is one. */
export function openPlayers(post: (ask: PlayerAsk) => boolean, nextId: () => number): Players {
  const players = new Map<number, OpenPlayer>()
  const closing = new Map<number, () => void>()
  const fail = (id: number, event: Extract<PlayerEvent, { type: 'failed' }>): void => {
    const player = players.get(id)
    players.delete(id)
    player?.onEvent(event)
  }
  return {
    open: (id, onEvent) => {
      const player: OpenPlayer = { onEvent, turn: 0 }
      players.set(id, player)
      post({ is: 'open-player', player: id })
      let closed: Promise<void> | undefined
      return {
        attach: (endpoint) => {
          player.endpoint = endpoint
          post({ is: 'attach-player', player: id, endpoint })
        },
        write: (samples) => void post({ is: 'write-player', player: id, samples }),
        end: () => void post({ is: 'end-player', player: id }),
        pause: (paused) => void post({ is: 'pause-player', player: id, paused }),
        seek: (positionMs) => {
          player.turn++
          post({ is: 'seek-player', player: id, positionMs, turn: player.turn })
        },
        close: () => {
          closed ??= new Promise((resolve) => {
            players.delete(id)
            const question = nextId()
            if (!post({ is: 'close-player', player: id, id: question })) return resolve()
            closing.set(question, resolve)
          })
          return closed
        },
      }
    },
    told: (tell) => {
      if (tell.is === 'player-closed') {
        closing.get(tell.id)?.()
        closing.delete(tell.id)
      } else if (tell.event.type === 'failed') fail(tell.player, tell.event)
      else {
        const player = players.get(tell.player)
        if (player?.turn === tell.turn) player.onEvent(tell.event)
      }
    },
    browserGone: (browser) => {
      for (const [id, { endpoint }] of players)
        if (endpoint?.kind === 'browser' && endpoint.browser === browser)
          fail(id, { type: 'failed', code: 'media-handle-unknown', detail: browser })
    },
    lost: () => {
      for (const done of closing.values()) done()
      closing.clear()
      for (const id of [...players.keys()])
        fail(id, { type: 'failed', code: 'media-worker-lost', detail: 'the media thread was lost' })
    },
  }
}
