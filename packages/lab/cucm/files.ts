// The files that the lab's call manager gives out, by HTTP and TFTP alike, made when they are asked for.
import { writeXml, xml, type XmlElement } from '@openparley/protocols/common'
import type { FaultSet } from '../faults.ts'
import { deviceOf, type RuleDirection, type RuleTables } from './database.ts'

export interface LabFilesOptions {
  readonly people: readonly string[]
  /** Further numbers of a person: each is one more line of the device. */
  readonly lines: Readonly<Record<string, readonly string[]>>
  readonly rules: RuleTables
  readonly faults: FaultSet
  readonly sipHost: string
  /** Of each call manager, best first. */
  readonly sipPorts: readonly { readonly udp: number; readonly tcp: number; readonly tls: number }[]
  /** host:port of the mailboxes' web service. */
  readonly voicemail: string
}

/** A file's bytes; undefined where there is none. */
export type LabFiles = (name: string) => Uint8Array | 'denied' | undefined

export function labFiles(options: LabFilesOptions): LabFiles {
  const { people, rules, faults } = options
  const text = (document: string): Uint8Array => new TextEncoder().encode(document)
  return (name) => {
    const person = people.find((each) => name === `${deviceOf(each)}.cnf.xml`)
    if (person !== undefined) {
      if (faults.has('config-missing')) return undefined
      if (faults.has('config-denied')) return 'denied'
      if (faults.has('config-empty')) return new Uint8Array()
      if (faults.has('config-huge')) return new Uint8Array(20_000_000)
      if (faults.has('config-invalid')) return text('<device><fullConfig>true</fullConfig></dev')
      return text(deviceFile(person, options))
    }
    const direction = ruleFiles[name]
    if (direction !== undefined) {
      if (faults.has('rules-gone')) return undefined
      if (faults.has('rules-invalid')) return text('<DialRules><DialRule')
      return text(ruleFile(rules, direction))
    }
    if (name === serviceProfileFile) return text(serviceProfile)
    return name === 'jabber-config.xml' ? text(jabberConfig(options.voicemail)) : undefined
  }
}

const ruleFiles: Readonly<Record<string, RuleDirection>> = {
  'CUPC/AppDialRules.xml': 'application',
  'CUPC/DirLookupDialRules.xml': 'directory',
}

export function isRules(name: string): boolean {
  return ruleFiles[name] !== undefined
}

function ruleFile(rules: RuleTables, direction: RuleDirection): string {
  const elements = rules.of(direction).map(({ beginsWith, numDigits, digitsToRemove, prefixWith }) =>
    xml('DialRule', {
      BeginsWith: beginsWith,
      NumDigits: String(numDigits),
      DigitsToRemove: String(digitsToRemove),
      PrefixWith: prefixWith,
    }),
  )
  return writeXml(xml('DialRules', {}, elements))
}

/** The elements that a soft phone reads, with some that it does not know. */
function deviceFile(person: string, options: LabFilesOptions): string {
  const { faults, sipHost, sipPorts } = options
  const name = person[0]?.toUpperCase() + person.slice(1)
  const further = (options.lines[person] ?? []).map((number, at) => ({
    number,
    label: `${name} ${number}`,
    contact: `line-${number}-of-${person}`,
    most: ['2', '1'],
    voicemail: String(8001 + at),
  }))
  const own = { number: person, label: name, contact: `line-of-${person}`, most: ['4', '2'], voicemail: '8000' }
  const lines = [own, ...further].map(({ number, label, contact, most: [calls = '', busy = ''], voicemail }, at) =>
    element('line', { button: String(at + 1), lineIndex: String(at + 1) }, [
      ['featureID', '9'],
      ['featureLabel', label],
      ['name', number],
      ['displayName', label],
      ['contact', contact],
      ['proxy', 'USECALLMANAGER'],
      ['maxNumCalls', calls],
      ['busyTrigger', busy],
      ['messagesNumber', voicemail],
    ]),
  )
  const speedDial = element('line', { button: String(lines.length + 1) }, [
    ['featureID', '2'],
    ['name', '600'],
  ])
  const members = sipPorts.map((ports, at) =>
    xml('member', { priority: String(at) }, [
      xml('callManager', {}, [
        leaf('name', sipHost),
        xml('ports', {}, [leaf('sipPort', String(ports.tcp)), leaf('securedSipPort', String(ports.tls))]),
        leaf('processNodeName', sipHost),
      ]),
    ]),
  )
  return writeXml(
    xml('device', {}, [
      leaf('fullConfig', 'true'),
      leaf('deviceProtocol', 'SIP'),
      leaf('capfAuthMode', '0'),
      xml('certHash'),
      leaf('encrConfig', String(faults.has('config-encrypted'))),
      xml('devicePool', {}, [xml('callManagerGroup', {}, [xml('members', {}, members)])]),
      xml('sipProfile', {}, [
        xml('sipStack', {}, [
          leaf('timerRegisterExpires', '600'),
          leaf('timerRegisterDelta', '5'),
          leaf('timerKeepAliveExpires', '90'),
        ]),
        xml('sipLines', {}, faults.has('config-no-line') ? [] : [...lines, speedDial]),
        leaf('voipControlPort', '5060'),
        leaf('startMediaPort', '16384'),
        leaf('stopMediaPort', '32766'),
        leaf('kpml', '3'),
      ]),
      leaf('deviceSecurityMode', '1'),
      leaf('transportLayerProtocol', '1'),
      leaf('versionStamp', '{00000000-0000-0000-0000-000000000001}'),
      xml('vendorConfig', {}, [leaf('somethingNobodyKnows', '1')]),
    ]),
  )
}

function leaf(name: string, text: string): XmlElement {
  return xml(name, {}, [text])
}

function element(
  name: string,
  attributes: Record<string, string>,
  leaves: readonly (readonly [string, string])[],
): XmlElement {
  return xml(
    name,
    attributes,
    leaves.map(([each, text]) => leaf(each, text)),
  )
}

const jabberConfig = (voicemail: string): string =>
  writeXml(
    xml('config', { version: '1.0' }, [
      xml('Policies', {}, [leaf('EnableSomethingNobodyKnows', 'true')]),
      xml('Voicemail', {}, [leaf('VoicemailPrimaryServer', voicemail)]),
    ]),
  )

export const serviceProfileFile = 'SPDefault.cnf.xml'
const serviceProfile = writeXml(
  xml('ServiceProfile', {}, [
    xml('Services', {}, [
      xml('Voicemail', {}, [
        leaf('VoiceMailService_UseCredentialsFrom', 'phone'),
        leaf('SomethingElseNobodyKnows', '1'),
      ]),
    ]),
  ]),
)
