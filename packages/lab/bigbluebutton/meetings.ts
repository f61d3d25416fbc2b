// The meetings of the lab's BigBlueButton: made, entered, left, ended; gone at the end of the lab.
import type { Dice } from '@openparley/protocols/common'

export interface Attendee {
  /** In the address of the page. */
  readonly token: string
  /** As the application that sent them knows them. */
  readonly user: string
  readonly name: string
  readonly isHost: boolean
}

export interface Meeting {
  readonly id: string
  readonly name: string
  readonly passwords: { readonly host: string; readonly guest: string }
  readonly createTime: number
  readonly bridge: string
  readonly attendees: readonly Attendee[]
}

/** Whether the wish was granted, or the key that says why not. */
export type Entered = { readonly attendee: Attendee } | { readonly refused: string }

export class Meetings {
  readonly #meetings = new Map<string, Meeting>()
  readonly #dice: Dice
  readonly #nowMs: () => number

  constructor(dice: Dice, nowMs: () => number) {
    this.#dice = dice
    this.#nowMs = nowMs
  }

  all(): Meeting[] {
    return [...this.#meetings.values()]
  }

  at(id: string): Meeting | undefined {
    return this.#meetings.get(id)
  }

  /** The same meeting again is the same; undefined: there are too many. */
  create(id: string, name: string, given: Partial<Meeting['passwords']>): Meeting | undefined {
    const before = this.#meetings.get(id)
    if (before) return before
    if (this.#meetings.size >= mostMeetings) return undefined
    const meeting: Meeting = {
      ...{ id, name },
      passwords: { host: given.host ?? this.#dice.token(64), guest: given.guest ?? this.#dice.token(64) },
      createTime: this.#nowMs(),
      bridge: String(70_000 + this.#meetings.size),
      attendees: [],
    }
    this.#meetings.set(id, meeting)
    return meeting
  }

  /** `as` counts before the password, as it does since 2.4. */
  enter(
    id: string,
    {
      name,
      user,
      password,
      role,
      createTime,
    }: Readonly<Record<'name' | 'user' | 'password' | 'role' | 'createTime', string>>,
  ): Entered {
    const meeting = this.#meetings.get(id)
    if (!meeting) return { refused: 'invalidMeetingIdentifier' }
    if (createTime !== '' && createTime !== String(meeting.createTime)) return { refused: 'mismatchCreateTimeParam' }
    if (name === '') return { refused: 'missingParamFullName' }
    if (meeting.attendees.length >= mostAttendees) return { refused: 'maxParticipantsReached' }
    const as = role === '' ? byPassword(meeting, password) : role === 'MODERATOR' ? 'host' : 'guest'
    if (as === undefined) return { refused: 'invalidPassword' }
    const token = this.#dice.token(128)
    const attendee = { token, name, isHost: as === 'host', user: user === '' ? `w_${this.#dice.token(64)}` : user }
    this.#meetings.set(id, { ...meeting, attendees: [...meeting.attendees, attendee] })
    return { attendee }
  }

  /** Who opened that page, and of which meeting. */
  visitor(token: string): { readonly meeting: Meeting; readonly attendee: Attendee } | undefined {
    for (const meeting of this.#meetings.values()) {
      const attendee = meeting.attendees.find((each) => each.token === token)
      if (attendee) return { meeting, attendee }
    }
    return undefined
  }

  leave(token: string): void {
    const at = this.visitor(token)
    if (!at) return
    const attendees = at.meeting.attendees.filter((each) => each.token !== token)
    this.#meetings.set(at.meeting.id, { ...at.meeting, attendees })
  }

  end(id: string): void {
    this.#meetings.delete(id)
  }
}

function byPassword({ passwords }: Meeting, password: string): 'host' | 'guest' | undefined {
  if (password === passwords.host) return 'host'
  return password === passwords.guest ? 'guest' : undefined
}

const mostMeetings = 1000
const mostAttendees = 100
