// What is here and what it can do (XEP-0030), and small questions that any server answers.
import type { XmlElement } from '@openparley/protocols/common'
import type { Asks } from './asks.ts'
import type { Domain } from './domain.ts'
import { ns } from './names.ts'
import { element, refusal } from './stanza.ts'

/** Of the server. */
const serverFeatures = [
  ns.info,
  ns.items,
  ns.ping,
  ns.version,
  ns.time,
  'msgoffline',
  ns.session,
  ns.carbons,
  ns.blocking,
]
/** Of a person's account. */
const accountFeatures = [ns.info, ns.items, ns.ping, ns.archive, ns.archiveMore, ns.ids]

export interface Identity {
  readonly category: string
  readonly type: string
  readonly name?: string
}

export function infoOf(
  identities: readonly Identity[],
  features: readonly string[],
  more: readonly XmlElement[] = [],
  node?: string,
): XmlElement {
  return element('query', ns.info, { node }, [
    ...identities.map((identity) => element('identity', ns.info, { ...identity })),
    ...features.map((feature) => element('feature', ns.info, { var: feature })),
    ...more,
  ])
}

export function discoAsks(domain: Domain): Asks {
  const account = infoOf([{ category: 'account', type: 'registered' }], accountFeatures)
  return {
    server: {
      [`get ${ns.info} query`]: ({ payload }) =>
        payload.attributes['node'] === undefined
          ? [infoOf([{ category: 'server', type: 'im', name: 'Parley lab' }], serverFeatures)]
          : refusal('item-not-found'),
      [`get ${ns.items} query`]: () => [
        element(
          'query',
          ns.items,
          {},
          [...domain.hosts].map(([jid, { name }]) => element('item', ns.items, { jid, name })),
        ),
      ],
      [`get ${ns.ping} ping`]: () => [],
      [`set ${ns.session} session`]: () => [],
      [`get ${ns.version} query`]: () => [
        element('query', ns.version, {}, [
          element('name', ns.version, {}, ['Parley lab']),
          element('version', ns.version, {}, ['0.1.0']),
        ]),
      ],
      [`get ${ns.time} time`]: () => [
        element('time', ns.time, {}, [
          element('tzo', ns.time, {}, ['+00:00']),
          element('utc', ns.time, {}, [new Date(domain.wall()).toISOString().replace(/\.\d+/, '')]),
        ]),
      ],
    },
    own: {
      [`get ${ns.info} query`]: ({ payload }) =>
        payload.attributes['node'] === undefined ? [account] : refusal('item-not-found'),
      [`get ${ns.items} query`]: () => [element('query', ns.items)],
      [`get ${ns.ping} ping`]: () => [],
    },
    others: {
      [`get ${ns.info} query`]: ({ payload }) =>
        payload.attributes['node'] === undefined ? [account] : refusal('item-not-found'),
      [`get ${ns.items} query`]: () => [element('query', ns.items)],
    },
  }
}
