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
  /** All after that id, oldest first; the newest few where there is none. Ends early where the stream does. */
  catchUp(of: string, after: string | undefined, each: (archived: Archived) => void): Promise<void>
  /** Whether the message is an answer of an archive that was asked. */
  message(stanza: Stanza): boolean
}

export function archive(link: XmppLink, token: () => string): Archive {
  const asked = new Map<
    string,
    { readonly of: string; readonly isNew: boolean; readonly each: (archived: Archived) => void }
  >()

  const page = async (
    of: string,
    paging: readonly Stanza[],
    isNew: boolean,
    each: (archived: Archived) => void,
  ): Promise<Stanza | undefined> => {
    const queryid = token()
    asked.set(queryid, { of, isNew, each })
    try {
      return await link.ask(
        'set',
        of === '' ? undefined : of,
        xml('query', { xmlns: mam, queryid }, xml('set', { xmlns: rsm }, ...paging)),
      )
    } finally {
      asked.delete(queryid)
    }
  }
  return {
    catchUp: async (of, after, each) => {
      try {
        if (after === undefined) {
          await page(of, [xml('max', {}, String(pageSize)), xml('before')], false, each)
          return
        }
        let from: string | undefined = after
        for (let pages = 0; from !== undefined && pages < mostPages; pages++) {
          const fin = await page(of, [xml('max', {}, String(pageSize)), xml('after', {}, from)], true, each)
          const next: string | undefined = fin?.getChild('set', rsm)?.getChildText('last') ?? undefined
          from = fin?.attrs['complete'] === 'true' ? undefined : next
        }
      } catch (error) {
        if (!(error instanceof StanzaFailure)) throw error
        // What was last here is forgotten there: what there is of it is better than nothing.
        if (error.condition === 'item-not-found' && after !== undefined) await catchUpAnew(page, of, each)
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

async function catchUpAnew(
  page: (of: string, paging: readonly Stanza[], isNew: boolean, each: (archived: Archived) => void) => Promise<unknown>,
  of: string,
  each: (archived: Archived) => void,
): Promise<void> {
  try {
    await page(of, [xml('max', {}, String(pageSize)), xml('before')], false, each)
  } catch (error) {
    // No archive at all, or the stream is gone.
    if (!(error instanceof StanzaFailure)) throw error
  }
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
const mostPages = 1000
