// What is still to be done so that messages are as somebody wants them. Asked again after each step and after each connection that was lost,
// so that nothing is done twice and nothing is left half done.
import { isDeleted, type Place, type Where } from './known.ts'

export type Goal = 'heard' | 'new' | 'deleted' | 'back' | 'erased'

export interface Step {
  readonly do: 'see' | 'unsee' | 'flag-deleted' | 'unflag-deleted' | 'move' | 'remove'
  readonly where: Where
  readonly uid: number
}

/** `hasTrash`: deleted ones are moved to a folder of their own, not only marked. Nothing: it is as wanted. */
export function planOf(goal: Goal, places: readonly Place[], hasTrash: boolean): Step[] {
  const step = (what: Step['do'], { where, uid }: Place): Step => ({ do: what, where, uid })
  const there = places.filter((place) => !isDeleted(place))
  const inTrash = places.filter(({ where }) => where === 'trash')
  switch (goal) {
    case 'heard':
      return places.filter(({ flags }) => !flags.has('\\Seen')).map((place) => step('see', place))
    case 'new':
      return places.filter(({ flags }) => flags.has('\\Seen')).map((place) => step('unsee', place))
    case 'deleted':
      if (!hasTrash) return there.map((place) => step('flag-deleted', place))
      // A move that was cut off has left a copy already: another would be one too many.
      return there.map((place, at) => step(inTrash.length > 0 || at > 0 ? 'remove' : 'move', place))
    case 'back': {
      if (there.length > 0) return inTrash.map((place) => step('remove', place))
      const marked = places.filter(({ where }) => where === 'inbox')
      if (marked.length > 0) return marked.map((place) => step('unflag-deleted', place))
      return inTrash.slice(0, 1).map((place) => step(place.flags.has('\\Deleted') ? 'unflag-deleted' : 'move', place))
    }
    case 'erased':
      return places.map((place) => step('remove', place))
  }
}
