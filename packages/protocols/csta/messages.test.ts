// Messages of CSTA in both directions: the reference's examples, what servers make of them, and what nobody should send.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forSeeds } from '@openparley/testkit'
import { cases } from './cases.ts'
import {
  bareDevice,
  type CstaMessage,
  nameOfDevice,
  namespaceOf,
  readMessage,
  sameDevice,
  writeMessage,
} from './index.ts'

const head = '<?xml version="1.0" encoding="UTF-8"?>'
const inEdition = (text: string): string => head + text.replace(/^<(\w+)/, `<$1 xmlns="${namespaceOf('ed3')}"`)
const fields = (text: string): Record<string, unknown> => readMessage(text) as unknown as Record<string, unknown>

describe('messages of CSTA', () => {
  test('each is written as the reference has it, and read back', () => {
    for (const [message, text] of cases) {
      assert.equal(writeMessage(message, 'ed3'), inEdition(text))
      assert.deepEqual(readMessage(inEdition(text)), message)
    }
  })

  test('the namespace is the edition’s, and that of sessions their own', () => {
    assert.match(
      writeMessage({ is: 'RequestSystemStatus' }, 'ed2'),
      /"http:\/\/www\.ecma\.ch\/standards\/ecma-323\/csta\/ed2"/,
    )
    const started: CstaMessage = {
      is: 'StartApplicationSession',
      applicationInfo: { applicationID: 'lab' },
      requestedProtocolVersions: [namespaceOf('ed4')],
      requestedSessionDuration: 120,
    }
    const text = writeMessage(started, 'ed4')
    assert.match(
      text,
      /<StartApplicationSession xmlns="http:\/\/www\.ecma-international\.org\/standards\/ecma-354\/appl_session">/,
    )
    assert.deepEqual(readMessage(text), started)
  })

  test('names are matched without prefix, namespace and case', () => {
    const told = fields(
      '<ns3:HeldEvent xmlns:ns3="http://www.ecmainternational.org/standards/ecma-323/csta/ed3"><ns3:monitorCrossRefId>7</ns3:monitorCrossRefId><ns3:heldConnection><ns3:callId>0_99f261b4</ns3:callId></ns3:heldConnection></ns3:HeldEvent>',
    )
    assert.deepEqual(told, { is: 'HeldEvent', monitorCrossRefID: '7', heldConnection: { callID: '0_99f261b4' } })
    assert.equal(fields('<TransferredEvent><primaryOldCall/></TransferredEvent>')['is'], 'TransferedEvent')
  })

  test('a device may stand in its field or within', () => {
    const nested =
      '<MakeCall><callingDevice><deviceIdentifier typeOfNumber="dialingNumber">1001</deviceIdentifier></callingDevice><calledDirectoryNumber>1002</calledDirectoryNumber></MakeCall>'
    assert.equal(fields(nested)['callingDevice'], '1001')
    const plain = '<DoNotDisturbEvent><device>1001</device><doNotDisturbOn>1</doNotDisturbOn></DoNotDisturbEvent>'
    assert.deepEqual(fields(plain), { is: 'DoNotDisturbEvent', device: '1001', doNotDisturbOn: true })
    const deep =
      '<AnswerCall><callToBeAnswered><callID></callID><deviceID><deviceIdentifier>12</deviceIdentifier></deviceID></callToBeAnswered></AnswerCall>'
    assert.deepEqual(fields(deep)['callToBeAnswered'], { deviceID: '12' })
  })

  test('what the table does not know is kept, and goes out again', () => {
    const text = inEdition(
      '<RequestSystemStatus><extensions><privateData><private><lcs:line xmlns:lcs="urn:x">tel:1</lcs:line></private></privateData></extensions></RequestSystemStatus>',
    )
    const message = readMessage(text)
    assert(message.is === 'RequestSystemStatus')
    assert.equal(message.others?.[0]?.local, 'extensions')
    const again = readMessage(writeMessage(message, 'ed3'))
    assert.match(writeMessage(message, 'ed3'), /<line xmlns="urn:x"/)
    assert(again.is === 'RequestSystemStatus' && again.others?.length === 1)
  })

  test('a message that lacks what it is about says so, and one that nobody knows is told as such', () => {
    assert.deepEqual(readMessage('<AnswerCall/>'), {
      is: 'Fault',
      fault: 'it lacks callToBeAnswered',
      of: 'AnswerCall',
    })
    const unknown = readMessage('<keepalive />')
    assert(unknown.is === 'Unknown')
    assert.equal(unknown.element.local, 'keepalive')
    assert.equal(readMessage('<a').is, 'Fault')
    assert.equal(
      readMessage('<!DOCTYPE a [<!ENTITY b "c">]><CSTAErrorCode><operation>&b;</operation></CSTAErrorCode>').is,
      'Fault',
    )
  })

  test('an error of a vendor’s own keeps its name', () => {
    assert.deepEqual(readMessage('<CSTAErrorCode><privateErrorCode>URM Denied</privateErrorCode></CSTAErrorCode>'), {
      is: 'CSTAErrorCode',
      category: 'privateErrorCode',
      value: 'URM Denied',
    })
  })

  test('what is written is read as it was, whatever stands in it', () => {
    const letters = ['a', '7', '<', '>', '&', '"', "'", 'é', '😀', ']]>', ' b', ';']
    forSeeds(300, (roll) => {
      const text = (): string =>
        `x${Array.from({ length: 6 }, () => letters[Math.floor(roll() * letters.length)]).join('')}`
      const message: CstaMessage = {
        is: 'EstablishedEvent',
        monitorCrossRefID: text(),
        establishedConnection: { callID: text(), ...(roll() < 0.5 ? { deviceID: text() } : {}) },
        ...(roll() < 0.5 ? { callingDevice: text() } : {}),
        ...(roll() < 0.5 ? { lastRedirectionDevice: text() } : {}),
        ...(roll() < 0.5 ? { networkCallingDevice: { absent: 'restricted' as const } } : {}),
        cause: text(),
      }
      assert.deepEqual(readMessage(writeMessage(message, 'ed5')), message)
    })
  })

  test('a text that is torn anywhere is borne', () => {
    forSeeds(400, (roll) => {
      const text = inEdition(cases[Math.floor(roll() * cases.length)]?.[1] ?? '')
      const from = Math.floor(roll() * text.length)
      const to = from + Math.floor(roll() * 12)
      readMessage(text.slice(0, from) + (roll() < 0.5 ? '' : text.slice(from - 9, from)) + text.slice(to))
    })
  })
})

describe('devices of CSTA', () => {
  test('one device has many names', () => {
    const names = [
      '1001',
      'tel:1001',
      'tel:1001;phone-context=dialstring;partition=BE',
      'N<1001>;noa=nk',
      'N<1001>Ann;uid=3',
      'sip:1001@host:5060',
      'sip:x@host;tel=1001',
      ' (10) 01 ',
    ]
    for (const name of names) assert.ok(sameDevice('1001', name), name)
    for (const name of ['1002', '+1001', 'ann', '', undefined]) assert.ok(!sameDevice('1001', name), name)
    assert.ok(sameDevice('sip:ann@Host.example;x=1', 'sip:ann@host.example'))
    assert.ok(!sameDevice('sip:ann@host.example', 'sip:ann@other.example'))
  })

  test('a switch may write the name behind the number', () => {
    assert.equal(nameOfDevice('N<302118840100>Ann Example;displayNumber=100'), 'Ann Example')
    assert.equal(nameOfDevice('N<302118840100>;noa=nk'), undefined)
    assert.equal(bareDevice('tel:+32 2 222-0220'), '+3222220220')
  })
})
