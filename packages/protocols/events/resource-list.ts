// A list of resources that are watched by one subscription (RFC 4662): what a NOTIFY says of it, and what follows from several.
import {
  type BodyPart,
  elementsIn,
  isXml,
  partsOf,
  readXml,
  textAt,
  writeParts,
  writeXml,
  xml,
  type XmlElement,
} from '../common/index.ts'

/** One of a resource's own subscriptions at the list's server. */
export interface ResourceInstance {
  readonly id: string
  readonly state: 'active' | 'pending' | 'terminated'
  readonly reason?: string
  /** What is told of it, where something is. */
  readonly document?: BodyPart
}

export interface ListedResource {
  readonly uri: string
  readonly name?: string
  readonly instances: readonly ResourceInstance[]
}

export interface ResourceList {
  readonly uri: string
  readonly version: number
  /** All of it, or what has changed. */
  readonly isFull: boolean
  readonly resources: readonly ListedResource[]
  /** Lists that are resources of it, each with a version of its own (§5.6). */
  readonly lists: readonly ResourceList[]
}

/** Undefined for what is no such body (§5.5): its first part is the list, the others are what the list names by their Content-ID. */
export function readResourceList(contentType: string, body: string): ResourceList | undefined {
  return body.length > longestBody ? undefined : readList(contentType, body, 0)
}

function readList(contentType: string, body: string, depth: number): ResourceList | undefined {
  if (!/^multipart\/related\b/i.test(contentType) || depth > mostDepth) return undefined
  const parts = partsOf(contentType, body, mostResources + 1)
  const [, start] = /;\s*start\s*=\s*"?<?([^">;]+)/i.exec(contentType) ?? []
  const head = parts.find(({ id }) => start !== undefined && id === start) ?? parts.find(isList)
  const root = head && isList(head) ? readXml(head.body, { mostCharacters: longestBody }) : undefined
  if (!root || !isXml(root) || root.local !== 'list' || root.uri !== rlmi) return undefined
  const { uri, version, fullState } = root.attributes
  const number = version === undefined || version === '' ? Number.NaN : Number(version)
  if (uri === undefined || !Number.isSafeInteger(number) || number < 0) return undefined
  const byId = new Map(parts.flatMap((part) => (part.id === undefined ? [] : [[part.id, part] as const])))
  const all = elementsIn(root, 'resource')
    .slice(0, mostResources)
    .flatMap((each) => readResource(each, byId))
  const nested = all.flatMap(({ instances }) => instances.flatMap(({ document }) => document ?? []))
  return {
    uri: uri.slice(0, longestUri),
    version: number,
    isFull: fullState === 'true' || fullState === '1',
    resources: all.filter(({ instances }) => !instances.some(({ document }) => document && isNested(document))),
    lists: nested.filter(isNested).flatMap((each) => readList(each.contentType, each.body, depth + 1) ?? []),
  }
}

function readResource(element: XmlElement, parts: ReadonlyMap<string, BodyPart>): ListedResource[] {
  const { uri } = element.attributes
  if (uri === undefined) return []
  const name = textAt(element, 'name')?.trim()
  return [
    {
      uri: uri.slice(0, longestUri),
      ...(name === undefined || name === '' ? {} : { name: name.slice(0, longestText) }),
      instances: elementsIn(element, 'instance')
        .slice(0, mostInstances)
        .flatMap((each) => readInstance(each, parts)),
    },
  ]
}

function readInstance({ attributes }: XmlElement, parts: ReadonlyMap<string, BodyPart>): ResourceInstance[] {
  const { id, state, reason, cid } = attributes
  if (id === undefined || (state !== 'active' && state !== 'pending' && state !== 'terminated')) return []
  const document = cid === undefined ? undefined : parts.get(cid)
  return [
    {
      id: id.slice(0, longestUri),
      state,
      ...(reason === undefined ? {} : { reason: reason.slice(0, longestText) }),
      ...(document ? { document } : {}),
    },
  ]
}

/** The body, and what Content-Type says of it. Each document bears an id; `boundary` stands in no part. */
export function writeResourceList(list: Omit<ResourceList, 'lists'>, boundary: string): BodyPart {
  const { uri, version, isFull, resources } = list
  const root = writeXml(
    xml(
      'list',
      { xmlns: rlmi, uri, version: String(version), fullState: String(isFull) },
      resources.map((each) =>
        xml('resource', { uri: each.uri }, [
          ...(each.name === undefined ? [] : [xml('name', {}, [each.name])]),
          ...each.instances.map(({ id, state, reason, document }) =>
            xml('instance', {
              id,
              state,
              ...(reason === undefined ? {} : { reason }),
              ...(document?.id === undefined ? {} : { cid: document.id }),
            }),
          ),
        ]),
      ),
    ),
  )
  const documents = resources.flatMap(({ instances }) => instances.flatMap(({ document }) => document ?? []))
  return {
    contentType: `multipart/related;type="${listType}";start="<list>";boundary="${boundary}"`,
    body: writeParts([{ contentType: listType, id: 'list', body: root }, ...documents], boundary),
  }
}

/** What is told of a list: resources that are there and were told of, by their URIs; those that are not there any more. */
export interface ListNews {
  readonly told: readonly ListedResource[]
  readonly gone: readonly string[]
}

/** A list that is watched: what each NOTIFY says in, what is new out. */
export class ListWatch {
  /** By the list’s URI. */
  readonly #lists = new Map<string, { readonly version: number; readonly uris: ReadonlySet<string> }>()

  /** incomplete: something was missed, and all must be asked for again (§5.3). */
  take(list: ResourceList): ListNews | 'old' | 'incomplete' {
    const before = this.#lists.get(list.uri)
    const nested = list.lists.map((each) => this.take(each))
    const own = this.#take(list, before)
    const all = [own, ...nested]
    if (all.includes('incomplete')) return 'incomplete'
    const news = all.filter((each) => typeof each === 'object')
    if (news.length === 0) return 'old'
    return { told: news.flatMap(({ told }) => told), gone: news.flatMap(({ gone }) => gone) }
  }

  /** Another subscription begins: its versions are its own, and it begins with all that there is. */
  afresh(): void {
    for (const [uri, { uris }] of this.#lists) this.#lists.set(uri, { version: -1, uris })
  }

  #take(
    { uri, version, isFull, resources }: ResourceList,
    before: { readonly version: number; readonly uris: ReadonlySet<string> } | undefined,
  ): ListNews | 'old' | 'incomplete' {
    if (before && (version === before.version || (version < before.version && !isFull))) return 'old'
    if (!isFull && version > (before?.version ?? -1) + 1) return 'incomplete'
    if (!before && this.#lists.size >= mostLists) return 'old'
    const named = resources.map((each) => each.uri)
    const uris = new Set(isFull ? named : [...(before?.uris ?? []), ...named])
    this.#lists.set(uri, { version, uris })
    return { told: resources, gone: [...(before?.uris ?? [])].filter((each) => !uris.has(each)) }
  }
}

const isList = ({ contentType }: BodyPart): boolean => contentType.toLowerCase().startsWith(listType)
const isNested = ({ contentType }: BodyPart): boolean => /^multipart\/related\b/i.test(contentType)

const rlmi = 'urn:ietf:params:xml:ns:rlmi'
const listType = 'application/rlmi+xml'
const longestBody = 1_000_000
const longestUri = 512
const longestText = 256
const mostResources = 1000
const mostInstances = 16
const mostDepth = 2
const mostLists = 64
