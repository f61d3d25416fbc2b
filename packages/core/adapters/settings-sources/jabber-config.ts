// jabber-config.xml: groups of elements, each a value of the original's successors.
import { ParleyError } from '@openparley/contract'
import { elementsIn, isXml, readXml, textOf, writeXml, type XmlElement, xml } from '@openparley/protocols/common'
import type { Kept, SourceRead, ValueNames } from '../../services/config/port.ts'
import { fromNamed, toNamed } from './named-values.ts'

/** Groups of elements by name; what nobody knows is told and kept. */
export function readJabberConfig(text: string, names: ValueNames): SourceRead {
  const root = rootOf(text)
  if (root.local !== 'config') throw new ParleyError('config-file-invalid', `the root is ${root.local}, not config`)
  const placed = elementsIn(root).flatMap((group) => {
    const within = elementsIn(group)
    return within.length === 0 && textOf(group) !== ''
      ? [{ at: '', element: group }]
      : within.map((element) => ({ at: group.local, element }))
  })
  const { values, unknown } = fromNamed(
    placed.map(({ element }): [string, string] => [element.local, textOf(element)]),
    { names, anyCase: false },
  )
  const strange = placed.filter(({ element }) => unknown.includes(element.local))
  return {
    values,
    unknown,
    kept: strange.map(({ at, element }) => ({
      format: 'jabber-config',
      at,
      name: element.local,
      text: write(element),
    })),
  }
}

/**
 * A service profile: elements within elements, of which those that hold a text are values. Its layout is not public;
 * whatever bears a known name is taken, wherever it stands.
 */
export function readServiceProfile(text: string, names: ValueNames): SourceRead {
  const leaves = (element: XmlElement): [string, string][] => {
    const within = elementsIn(element)
    return within.length === 0 ? [[element.local, textOf(element)]] : within.flatMap(leaves)
  }
  return fromNamed(elementsIn(rootOf(text)).flatMap(leaves), { names, anyCase: false })
}

function rootOf(text: string): XmlElement {
  const root = readXml(text)
  if (!isXml(root)) throw new ParleyError('config-file-invalid', `line ${root.at}: ${root.fault}`)
  return root
}

/** Without its namespaces: what declares them stands elsewhere in its file. */
function write(element: XmlElement): string {
  const plain = ({ local, attributes, content }: XmlElement): XmlElement =>
    xml(
      local,
      Object.fromEntries(Object.entries(attributes).filter(([name]) => !/^xmlns$|:/.test(name))),
      content.map((each) => (typeof each === 'string' ? each : plain(each))),
    )
  return writeXml(plain(element))
    .replace(/^<\?.*\n/, '')
    .trimEnd()
}

/** What has a name there, and what was kept; the rest has no place in the file. */
export function writeJabberConfig(values: Readonly<Record<string, unknown>>, kept: readonly Kept[]): string {
  const groups = new Map<string, XmlElement[]>()
  const add = (group: string, element: XmlElement): void => {
    groups.set(group, [...(groups.get(group) ?? []), element])
  }
  const names = (values['settings.valueNames'] ?? {}) as ValueNames
  for (const { name, value, group } of toNamed(values, { names, anyCase: false }))
    if (group !== undefined) add(group, xml(name, {}, [String(value)]))
  for (const { format, at, text } of kept) {
    const element = format === 'jabber-config' ? readXml(text) : undefined
    if (element && isXml(element)) add(at, element)
  }
  return writeXml(
    xml(
      'config',
      { version: '1.0' },
      [...groups].flatMap(([group, elements]) => (group === '' ? elements : [xml(group, {}, elements)])),
    ),
  )
}
