// Web conferences as people meet them: what is in a session's list, and the pages of servers as a browser sees them.
import { request } from 'node:https'
import type { WebConference } from '@openparley/sdk'
import type { Person } from './person.ts'
import type { Stage } from './scenario.ts'

/** The conference of the person's list that is so; undefined: it does not become so. */
export async function conferenceOf(
  stage: Stage,
  person: Person,
  is: (one: WebConference) => boolean,
): Promise<WebConference | undefined> {
  try {
    const { conferences } = await person.session.until('conferences', (state) => state.conferences.some(is), waitMs)
    return conferences.find(is)
  } catch {
    const { state } = await person.session.conferences.get()
    stage.check(`${person.name} has such a conference`, 'in time', state.conferences)
    return undefined
  }
}

/** The page at that address of the lab's, as a browser gets it that goes where it is sent. */
export async function visit({ lab }: Stage, address: string): Promise<string> {
  for (let at = address, left = 3; left > 0; left--) {
    const { location, body } = await new Promise<{ location: string | undefined; body: string }>((resolve, reject) => {
      const sent = request(at, { ca: lab.ca, agent: false, timeout: waitMs }, (answer) => {
        let body = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => {
          body += part
        })
        answer.once('end', () => resolve({ location: answer.headers.location, body }))
        answer.once('error', reject)
      })
      sent.once('timeout', () => sent.destroy(new Error('the page does not come')))
      sent.once('error', reject)
      sent.end()
    })
    if (location === undefined) return body
    at = new URL(location, at).href
  }
  throw new Error('the page sends in a circle')
}

/** Who is at the lab's BigBlueButton, by meeting. */
export function atLab({ lab }: Stage): string[][] {
  return lab.bigbluebutton
    .meetings()
    .map(({ attendees }) => attendees.map(({ name, isHost }) => (isHost ? `${name} (host)` : name)))
}

const waitMs = 8000
