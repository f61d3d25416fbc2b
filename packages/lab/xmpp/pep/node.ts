// One node of a person's (XEP-0163, XEP-0060): its last items, and who may read them.
import type { XmlElement } from '@openparley/protocols/common'
import { ns } from '../names.ts'
import { allInside, element, field, inside, type Refusal, refusal, said } from '../stanza.ts'

export type Access = 'open' | 'presence' | 'whitelist'

export interface NodeConfig {
  readonly access: Access
  readonly mostItems: number
}

export class PepNode {
  readonly name: string
  config: NodeConfig = { access: 'presence', mostItems: 1 }
  /** By id, the last published last. */
  readonly #items = new Map<string, XmlElement>()
  /** Who asked for it by name, by bare address. */
  readonly subscribers: Set<string> = new Set()

  constructor(name: string) {
    this.name = name
  }

  publish(id: string, item: XmlElement): void {
    this.#items.delete(id)
    this.#items.set(id, item)
    this.trim()
  }

  retract(id: string): boolean {
    return this.#items.delete(id)
  }

  /** Of those ids, or all; the last ones where there is a limit. */
  items(ids: readonly string[] = [], most: number = Infinity): XmlElement[] {
    const found = ids.length > 0 ? ids.flatMap((id) => this.#items.get(id) ?? []) : [...this.#items.values()]
    return found.slice(Math.max(0, found.length - most))
  }

  trim(): void {
    while (this.#items.size > this.config.mostItems) this.#items.delete(this.#items.keys().next().value as string)
  }
}

/** What a form of options asks for: publish-options, or a configuration. */
export function readConfig(form: XmlElement | undefined, now: NodeConfig): NodeConfig | Refusal {
  let config = now
  for (const each of form ? allInside(form, ns.forms, 'field') : []) {
    const name = each.attributes['var'] ?? ''
    const value = said(inside(each, ns.forms, 'value')).trim()
    if (name === 'pubsub#access_model') {
      if (!Object.hasOwn(accesses, value)) return refusal('not-acceptable', `No access ${value.slice(0, 50)} is known.`)
      config = { ...config, access: accesses[value] as Access }
    } else if (name === 'pubsub#max_items') {
      const most = value === 'max' ? largest : Number(value)
      if (!Number.isInteger(most) || most < 1) return refusal('bad-request')
      config = { ...config, mostItems: Math.min(most, largest) }
    }
  }
  return config
}

export function configForm({ access, mostItems }: NodeConfig): XmlElement {
  return element('x', ns.forms, { type: 'form' }, [
    field('FORM_TYPE', 'hidden', `${ns.pubsub}#node_config`),
    field('pubsub#access_model', 'list-single', access, ['open', 'presence', 'whitelist']),
    field('pubsub#max_items', 'text-single', String(mostItems)),
    field('pubsub#persist_items', 'boolean', '1'),
  ])
}

export function isSame(one: NodeConfig, other: NodeConfig): boolean {
  return one.access === other.access && one.mostItems === other.mostItems
}

/** Groups of a roster are not looked at: whoever sees presence reads. */
const accesses: Readonly<Record<string, Access>> = {
  open: 'open',
  presence: 'presence',
  roster: 'presence',
  whitelist: 'whitelist',
}
const largest = 1000
