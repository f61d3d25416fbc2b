// What came while nobody was here: the person's own archive, or a room's (XEP-0313, XEP-0059).
import { bareOf, type Stanza, StanzaFailure, type XmppLink, xml } from '../../links/xmpp/index.ts'

export interface Archived {
  readonly stanza: Stanza
  readonly id: string
  readonly at: string | undefined
  /** Whether it came while nobody was here; else it is of before this core knew the person. */
  readonly isNew: boolean
}

export interface CaughtUp {
  readonly place: string | undefined
  readonly isWhole: boolean
}

export interface Archive {
  /**
   * All after that place, oldest first; the newest few where there is none. Resolves to the place that was reached, for the next time.
   * Not whole: the stream ended, or nobody answered, before all was here.
   */
  catchUp(of: string, after: string | undefined, each: (archived: Archived) => void): Promise<CaughtUp>
  /** Whether the message is an answer of an archive that was asked. */
  message(stanza: Stanza): boolean
}

/** `token`: a name for a question that nobody else can guess. */
export function archive(link: XmppLink, token: () => string, wall: () => string): Archive {
  const asked = new Map<
    string,
    { readonly of: string; readonly isNew: boolean; readonly each: (archived: Archived) => void }
  >()

  const page = async (
    of: string,
    { start, after }: Cursor,
    isNew: boolean,
    each: (archived: Archived) => void,
  ): Promise<{
    readonly place: string | undefined
    readonly isComplete: boolean
    readonly last: string | undefined
  }> => {
    const queryid = token()
    let at: string | undefined
    const note = (archived: Archived): void => {
      at = archived.at
      each(archived)
    }
    asked.set(queryid, { of, isNew, each: note })
    try {
      const paging = after === undefined ? undefined : after === newest ? xml('before') : xml('after', {}, after)
      const fin = await link.ask(
        'set',
        of === '' ? undefined : of,
        xml(
          'query',
          { xmlns: mam, queryid },
          start === undefined ? undefined : since(start),
          xml('set', { xmlns: rsm }, xml('max', {}, String(pageSize)), paging),
        ),
      )
      const last = fin?.getChild('set', rsm)?.getChildText('last') ?? undefined
      const place = last === undefined ? undefined : `${last} ${at ?? wall()}`
      return { place, isComplete: fin?.attrs['complete'] === 'true', last }
    } finally {
      asked.delete(queryid)
    }
  }
  const fetchNewest = async (of: string, each: (archived: Archived) => void): Promise<string> =>
    // Of an empty archive there is no place but a moment.
    (await page(of, { after: newest }, false, each)).place ?? `@${earlier(wall())}`
  return {
    catchUp: async (of, before, each) => {
      let place = before
      try {
        if (before === undefined) return { place: await fetchNewest(of, each), isWhole: true }
        const [id = '', at] = before.split(' ')
        let cursor: Cursor = id.startsWith('@') ? { start: id.slice(1) } : { after: id }
        for (let pages = 0; pages < mostPages; pages++) {
          const got = await page(of, cursor, true, each).catch((error: unknown) => {
            const isForgotten = error instanceof StanzaFailure && error.condition === 'item-not-found'
            if (isForgotten && cursor.start === undefined && at !== undefined) return undefined
            throw error
          })
          // What was last here is not there any more, as after a crash: its time still says from where on.
          if (!got) {
            cursor = { start: earlier(at as string) }
            continue
          }
          if (got.last === undefined) break
          place = got.place
          cursor = { ...cursor, after: got.last }
          if (got.isComplete) break
        }
        return { place, isWhole: true }
      } catch (error) {
        if (!(error instanceof StanzaFailure)) throw error
        // Any answer at all says that there is no such archive: there is nothing to wait for.
        return { place, isWhole: error.condition !== 'offline' && error.condition !== 'timeout' }
      }
    },
    message: (stanza) => {
      const result = stanza.getChild('result', mam)
      if (!result) return false
      const query = asked.get(result.attrs['queryid'] ?? '')
      const from = stanza.attrs['from']
      // Anybody can send such a message; only the archive that was asked answers.
      const isFrom =
        query && (query.of === '' ? from === undefined || from === link.bare : bareOf(from ?? '') === query.of)
      const forwarded = result.getChild('forwarded', forward)
      const inner = forwarded?.getChild('message')
      const id = result.attrs['id']
      if (isFrom && inner && id)
        query.each({
          stanza: inner,
          id,
          isNew: query.isNew,
          at: forwarded?.getChild('delay', 'urn:xmpp:delay')?.attrs['stamp'],
        })
      return true
    },
  }
}

/** From where on an archive is asked: after that id, of what came since that time, or both. */
interface Cursor {
  readonly after?: string
  readonly start?: string
}

/** The clocks of two machines differ. */
function earlier(time: string): string {
  const at = Date.parse(time)
  return new Date((Number.isNaN(at) ? 0 : at) - clocksDifferMs).toISOString()
}

/** XEP-0313 §4.1.2. */
function since(start: string): Stanza {
  const field = (name: string, type: string | undefined, value: string): Stanza =>
    xml('field', { var: name, type }, xml('value', {}, value))
  return xml(
    'x',
    { xmlns: 'jabber:x:data', type: 'submit' },
    field('FORM_TYPE', 'hidden', mam),
    field('start', undefined, start),
  )
}

/** A copy of what the person's other clients send and get (XEP-0280); undefined: it is none, or a stranger's forgery (§12). */
export function carbonIn(stanza: Stanza, own: string): Stanza | 'forged' | undefined {
  const copy = stanza.getChild('received', carbons) ?? stanza.getChild('sent', carbons)
  if (!copy) return undefined
  const inner = copy.getChild('forwarded', forward)?.getChild('message')
  return stanza.attrs['from'] === own && inner ? inner : 'forged'
}

const mam = 'urn:xmpp:mam:2'
const rsm = 'http://jabber.org/protocol/rsm'
const forward = 'urn:xmpp:forward:0'
export const carbons = 'urn:xmpp:carbons:2'
/** In the place of an id: the page at the end. */
const newest = ''
const pageSize = 100
const clocksDifferMs = 300_000
const mostPages = 1000
