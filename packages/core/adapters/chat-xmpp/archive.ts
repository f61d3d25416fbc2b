// What came while nobody was here: the person's own archive, or a room's (XEP-0313, XEP-0059).
import { bareOf, type Stanza, StanzaFailure, type XmppLink, xml } from '../../links/xmpp/index.ts'

export interface Archived {
  readonly stanza: Stanza
  readonly id: string
  readonly at: string | undefined
  /** Whether it came while nobody was here; else it is of before this core knew the person. */
  readonly isNew: boolean
}

export interface Archive {
  /**
   * All after that place, oldest first; the newest few where there is none. Resolves to the place that was reached, for the next time.
   * Ends early where the stream does, and then with the place reached so far.
   */
  catchUp(of: string, after: string | undefined, each: (archived: Archived) => void): Promise<string | undefined>
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
    how: { readonly paging: readonly Stanza[]; readonly start?: string },
    isNew: boolean,
    each: (archived: Archived) => void,
  ): Promise<{ readonly last: string | undefined; readonly isComplete: boolean }> => {
    const queryid = token()
    asked.set(queryid, { of, isNew, each })
    try {
      const fin = await link.ask(
        'set',
        of === '' ? undefined : of,
        xml(
          'query',
          { xmlns: mam, queryid },
          how.start === undefined ? undefined : since(how.start),
          xml('set', { xmlns: rsm }, xml('max', {}, String(pageSize)), ...how.paging),
        ),
      )
      return {
        last: fin?.getChild('set', rsm)?.getChildText('last') ?? undefined,
        isComplete: fin?.attrs['complete'] === 'true',
      }
    } finally {
      asked.delete(queryid)
    }
  }
  const newest = async (of: string, each: (archived: Archived) => void): Promise<string> => {
    const { last } = await page(of, { paging: [xml('before')] }, false, each)
    // Of an empty archive there is no place but a moment; the clocks of two machines differ.
    return last ?? `@${new Date(Date.parse(wall()) - clocksDifferMs).toISOString()}`
  }
  return {
    catchUp: async (of, after, each) => {
      let place = after
      try {
        if (after === undefined) return await newest(of, each)
        for (let pages = 0; pages < mostPages; pages++) {
          const from: string = place ?? after
          const how = from.startsWith('@') ? { paging: [], start: from.slice(1) } : { paging: [xml('after', {}, from)] }
          const { last, isComplete } = await page(of, how, true, each)
          place = last ?? place
          if (isComplete || last === undefined) break
        }
      } catch (error) {
        if (!(error instanceof StanzaFailure)) throw error
        // What was last here is forgotten there: what there is of it is better than nothing.
        if (error.condition === 'item-not-found' && after !== undefined) return await anew(of, each, newest)
      }
      return place
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

async function anew(
  of: string,
  each: (archived: Archived) => void,
  newest: (of: string, each: (archived: Archived) => void) => Promise<string>,
): Promise<string | undefined> {
  try {
    return await newest(of, each)
  } catch (error) {
    // No archive at all, or the stream is gone.
    if (!(error instanceof StanzaFailure)) throw error
    return undefined
  }
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
const pageSize = 100
const clocksDifferMs = 300_000
const mostPages = 1000
