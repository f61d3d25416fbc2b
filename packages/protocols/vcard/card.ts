// What a vCard says of a person, of all its versions: properties one by one in, one card out.
import type { Property } from './property.ts'
import { partsOf, textIn } from './values.ts'

export interface VcardNumber {
  /** As it is written there; of a tel: address what can be dialled. */
  readonly number: string
  readonly kind: 'work' | 'home' | 'mobile' | 'other'
}

export interface VcardPhoto {
  /** In base64, neither checked nor without blanks. */
  readonly base64: string
}

export interface Vcard {
  readonly uid?: string
  readonly name?: string
  readonly given?: string
  readonly family?: string
  readonly title?: string
  readonly organisation?: string
  readonly department?: string
  readonly location?: string
  readonly mail: readonly string[]
  /** The preferred ones first; fax machines and pagers are none that one talks to. */
  readonly numbers: readonly VcardNumber[]
  /** For chat: IMPP with xmpp:, X-JABBER. */
  readonly address?: string
  readonly photo?: VcardPhoto
}

interface Preferred<T> {
  readonly value: T
  readonly pref: number
}

/** Of one card, from its BEGIN to its END. */
export class CardBuilder {
  #texts: { -readonly [K in Texts]?: string } = {}
  #composed: string | undefined
  #nickname: string | undefined
  #isPerson = true
  #photo: VcardPhoto | undefined
  readonly #mail: Preferred<string>[] = []
  readonly #numbers: Preferred<VcardNumber>[] = []

  add(property: Property): void {
    switch (property.name) {
      case 'FN':
        return this.#once('name', textIn(property))
      case 'N':
        return this.#names(partsOf(property))
      case 'NICKNAME':
        this.#nickname ??= partsOf(property, ',')[0]
        return
      case 'UID':
        return this.#once('uid', textIn(property))
      case 'TITLE':
        return this.#once('title', textIn(property))
      case 'ORG': {
        const [organisation = '', department = ''] = partsOf(property)
        this.#once('organisation', organisation)
        return this.#once('department', department)
      }
      case 'ADR':
        return this.#once('location', partsOf(property)[3] ?? '')
      case 'EMAIL':
        return this.#add(this.#mail, property, textIn(property).replace(/^mailto:/i, ''))
      case 'TEL':
        return this.#number(property)
      case 'IMPP':
      case 'X-JABBER':
        return this.#chat(textIn(property))
      case 'PHOTO':
        return this.#picture(property)
      case 'KIND':
      case 'X-ADDRESSBOOKSERVER-KIND':
        // A list of members is nobody whom one can call.
        if (textIn(property).toLowerCase() === 'group') this.#isPerson = false
    }
  }

  /** Undefined: it is no card of somebody. */
  card(): Vcard | undefined {
    const mail = sorted(this.#mail)
    const numbers = sorted(this.#numbers)
    const { name: full, ...texts } = this.#texts
    const named = full ?? this.#composed ?? this.#nickname ?? texts.organisation ?? mail[0] ?? numbers[0]?.number
    if (!this.#isPerson || named === undefined) return undefined
    return { ...texts, name: named, mail, numbers, ...(this.#photo ? { photo: this.#photo } : {}) }
  }

  #once(which: Texts, text: string): void {
    if (text !== '') this.#texts[which] ??= text
  }

  #names([family = '', given = '', middle = '', before = '', behind = '']: readonly string[]): void {
    this.#once('family', family)
    this.#once('given', given)
    const whole = [before, given, middle, family, behind].filter((each) => each !== '').join(' ')
    if (whole !== '') this.#composed ??= whole
  }

  #number(property: Property): void {
    const { types } = property
    if (types.some((type) => machines.has(type)) && !types.includes('VOICE')) return
    const kind = types.includes('CELL')
      ? 'mobile'
      : types.includes('HOME')
        ? 'home'
        : types.includes('WORK')
          ? 'work'
          : 'other'
    // A tel: address may have parameters, of which the extension is no part of what the world dials (RFC 3966).
    const number = textIn(property).replace(/^tel:/i, '').replace(/;.*$/s, '')
    if (/\d/.test(number)) this.#add(this.#numbers, property, { number, kind })
  }

  #add<T>(list: Preferred<T>[], { types, parameters }: Property, value: T): void {
    if (value === '' || list.length >= most) return
    const pref = Number(parameters['PREF'] ?? (types.includes('PREF') ? 1 : 100))
    list.push({ value, pref: Number.isFinite(pref) ? pref : 100 })
  }

  #chat(text: string): void {
    const [, address = ''] = /^(?:xmpp:)?([^\s:?;/]+@[^\s:?;/]+)/i.exec(text) ?? []
    this.#once('address', address.toLowerCase())
  }

  #picture({ parameters, raw }: Property): void {
    // A picture at an address is nothing that we fetch: its server would learn who looks at whom.
    // Some write the address as if it were text, with escapes.
    const head = raw.slice(0, longestHead).replaceAll('\\', '')
    const isData = /^data:[\w/+.-]*(?:;[\w=-]+)*;base64,/i.test(head)
    const isBase64 = ['B', 'BASE64'].includes(parameters['ENCODING']?.toUpperCase() ?? '')
    const base64 = isData ? raw.slice(raw.indexOf(',') + 1) : isBase64 ? raw : ''
    if (base64 !== '') this.#photo ??= { base64 }
  }
}

type Texts = 'uid' | 'name' | 'given' | 'family' | 'title' | 'organisation' | 'department' | 'location' | 'address'

function sorted<T>(list: readonly Preferred<T>[]): T[] {
  return list.toSorted((a, b) => a.pref - b.pref).map(({ value }) => value)
}

const machines = new Set(['FAX', 'PAGER', 'MODEM', 'BBS', 'TEXTPHONE'])
const most = 32
/** What stands before the base64 of an address that is the picture itself. */
const longestHead = 200
