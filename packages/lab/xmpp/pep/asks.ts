// Questions to a person's nodes (XEP-0060 as XEP-0163 narrows it).
import type { XmlElement } from '@openparley/protocols/common'
import type { Account } from '../account.ts'
import type { Answered, Asked, Asks } from '../asks.ts'
import type { Domain } from '../domain.ts'
import { readJid } from '../jid.ts'
import { ns } from '../names.ts'
import { allInside, element, inside, type Refusal, refusal } from '../stanza.ts'
import { configForm, isSame, PepNode, readConfig } from './node.ts'
import { asEvent } from './pep.ts'

type Own = Asked & { readonly account: Account }

export function pepAsks(domain: Domain): Asks {
  const items = (asked: Own): Answered => readItems(domain, asked)
  const subscription = (asked: Own): Answered => subscribe(domain, asked)
  return {
    own: {
      [`get ${ns.pubsub} pubsub`]: items,
      [`set ${ns.pubsub} pubsub`]: (asked) => {
        const [act] = asked.payload.content.filter((each) => typeof each !== 'string')
        const does = act && Object.hasOwn(acts, act.local) ? acts[act.local] : undefined
        if (act && does) return does(domain, asked, act)
        return subscription(asked)
      },
      [`get ${ns.pubsubOwner} pubsub`]: ({ account, payload }) => {
        const node = nodeIn(account, inside(payload, ns.pubsubOwner, 'configure'))
        if (!node) return refusal('item-not-found')
        const configure = element('configure', ns.pubsubOwner, { node: node.name }, [configForm(node.config)])
        return [element('pubsub', ns.pubsubOwner, {}, [configure])]
      },
      [`set ${ns.pubsubOwner} pubsub`]: (asked) => ownerAct(domain, asked),
    },
    others: {
      [`get ${ns.pubsub} pubsub`]: items,
      [`set ${ns.pubsub} pubsub`]: subscription,
    },
  }
}

type Act = (domain: Domain, asked: Own, act: XmlElement) => Answered

const acts: Readonly<Record<string, Act>> = {
  publish: (domain, { account, payload, from }, act) => {
    const [sent, ...more] = allInside(act, ns.pubsub, 'item')
    const options = inside(payload, ns.pubsub, 'publish-options')
    const node = nodeFor(account, act, options && inside(options, ns.forms, 'x'))
    if (!(node instanceof PepNode)) return node
    if (!sent || more.length > 0) return refusal('bad-request')
    const id = sent.attributes['id'] ?? domain.dice.token(64)
    const item = element('item', ns.pubsub, { id, publisher: from.bare }, sent.content)
    node.publish(id, item)
    domain.pep.tell(account, node, element('items', ns.pubsubEvent, { node: node.name }, [asEvent(item)]))
    const published = element('publish', ns.pubsub, { node: node.name }, [element('item', ns.pubsub, { id })])
    return [element('pubsub', ns.pubsub, {}, [published])]
  },
  retract: (domain, { account }, act) => {
    const node = nodeIn(account, act)
    const id = inside(act, ns.pubsub, 'item')?.attributes['id']
    if (!node || id === undefined || !node.retract(id)) return refusal('item-not-found')
    const gone = element('retract', ns.pubsubEvent, { id })
    domain.pep.tell(account, node, element('items', ns.pubsubEvent, { node: node.name }, [gone]))
    return []
  },
  create: (_domain, { account, payload }, act) => {
    if (nodeIn(account, act)) return refusal('conflict')
    const configure = inside(payload, ns.pubsub, 'configure')
    const node = nodeFor(account, act, configure && inside(configure, ns.forms, 'x'))
    return node instanceof PepNode ? [] : node
  },
}

function ownerAct(domain: Domain, { account, payload }: Own): Answered {
  const configure = inside(payload, ns.pubsubOwner, 'configure')
  const gone = inside(payload, ns.pubsubOwner, 'delete') ?? inside(payload, ns.pubsubOwner, 'purge')
  const node = nodeIn(account, configure ?? gone)
  if (!node) return refusal('item-not-found')
  if (gone) {
    for (const { attributes } of node.items()) node.retract(attributes['id'] ?? '')
    if (gone.local === 'delete') account.nodes.delete(node.name)
    domain.pep.tell(account, node, element(gone.local, ns.pubsubEvent, { node: node.name }))
    return []
  }
  const config = readConfig(configure && inside(configure, ns.forms, 'x'), node.config)
  if ('refused' in config) return config
  node.config = config
  node.trim()
  return []
}

function readItems(domain: Domain, { account, payload, from }: Own): Answered {
  const wanted = inside(payload, ns.pubsub, 'items')
  const node = nodeIn(account, wanted)
  if (!wanted) return refusal('feature-not-implemented')
  if (!node) return refusal('item-not-found')
  if (!domain.pep.mayRead(from, account, node.config.access)) return notSubscribed
  const ids = allInside(wanted, ns.pubsub, 'item').flatMap(({ attributes }) => attributes['id'] ?? [])
  const most = Number(wanted.attributes['max_items'] ?? Infinity)
  const items = node.items(ids, most > 0 ? most : Infinity)
  return [element('pubsub', ns.pubsub, {}, [element('items', ns.pubsub, { node: node.name }, items)])]
}

/** By name: the last item comes at once. */
function subscribe(domain: Domain, { account, payload, from }: Own): Answered {
  const begins = inside(payload, ns.pubsub, 'subscribe')
  const act = begins ?? inside(payload, ns.pubsub, 'unsubscribe')
  const node = nodeIn(account, act)
  if (!act) return refusal('feature-not-implemented')
  if (!node) return refusal('item-not-found')
  if (readJid(act.attributes['jid'])?.bare !== from.bare) return refusal('bad-request')
  if (!begins) {
    node.subscribers.delete(from.bare)
    return []
  }
  if (!domain.pep.mayRead(from, account, node.config.access)) return notSubscribed
  if (node.subscribers.size >= mostSubscribers) return refusal('resource-constraint')
  node.subscribers.add(from.bare)
  const session = domain.accountAt(from)?.sessions.get(from.resource)
  if (session) domain.pep.tellLast(account, node, session)
  const subscription = { node: node.name, jid: from.bare, subscription: 'subscribed' }
  return [element('pubsub', ns.pubsub, {}, [element('subscription', ns.pubsub, subscription)])]
}

function nodeIn(account: Account, act: XmlElement | undefined): PepNode | undefined {
  return account.nodes.get(act?.attributes['node'] ?? '')
}

/** The node, made where there is none; one that is there must be as it is asked for (XEP-0060 §7.1.5). */
function nodeFor(account: Account, act: XmlElement, form: XmlElement | undefined): PepNode | Refusal {
  const name = act.attributes['node'] ?? ''
  const there = account.nodes.get(name)
  if (name === '' || name.length > 1000) return refusal('bad-request')
  const node = there ?? new PepNode(name)
  const config = readConfig(form, node.config)
  if ('refused' in config) return config
  if (there && !isSame(config, there.config))
    return refusal('conflict', undefined, element('precondition-not-met', ns.pubsubErrors))
  if (!there && account.nodes.size >= mostNodes) return refusal('resource-constraint')
  node.config = config
  account.nodes.set(name, node)
  return node
}

const notSubscribed = refusal('not-authorized', undefined, element('presence-subscription-required', ns.pubsubErrors))
const mostNodes = 200
const mostSubscribers = 1000
