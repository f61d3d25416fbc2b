// jabber-config.xml: groups of elements, each a value of the original's successors.
import { ParleyError } from '@openparley/contract'
import { elementsIn, isXml, readXml, textOf, writeXml, type XmlElement, xml } from '@openparley/protocols/common'
import { fromNamed, type Named, toNamed } from './named-values.ts'

/** Groups of elements by name; what nobody knows is told and passed over. */
export function readJabberConfig(text: string): Named {
  const root = readXml(text)
  if (!isXml(root)) throw new ParleyError('config-file-invalid', `line ${root.at}: ${root.fault}`)
  if (root.local !== 'config') throw new ParleyError('config-file-invalid', `the root is ${root.local}, not config`)
  const pairs = elementsIn(root).flatMap((group) =>
    elementsIn(group).map((element): [string, string] => [element.local, textOf(element)]),
  )
  return fromNamed(pairs)
}

/**
 * A service profile: elements within elements, of which those that hold a text are values. Its layout is not public;
 * whatever bears a known name is taken, wherever it stands.
 */
export function readServiceProfile(text: string): Named {
  const root = readXml(text)
  if (!isXml(root)) throw new ParleyError('config-file-invalid', `line ${root.at}: ${root.fault}`)
  const leaves = (element: XmlElement): [string, string][] => {
    const within = elementsIn(element)
    return within.length === 0 ? [[element.local, textOf(element)]] : within.flatMap(leaves)
  }
  return fromNamed(elementsIn(root).flatMap(leaves))
}

/** What has a name there; the rest has no place in the file. */
export function writeJabberConfig(values: Readonly<Record<string, unknown>>): string {
  const groups = new Map<string, XmlElement[]>()
  for (const { name, value, group } of toNamed(values)) {
    if (group === undefined) continue
    const elements = groups.get(group) ?? []
    elements.push(xml(name, {}, [String(value)]))
    groups.set(group, elements)
  }
  return writeXml(
    xml(
      'config',
      { version: '1.0' },
      [...groups].map(([group, elements]) => xml(group, {}, elements)),
    ),
  )
}
