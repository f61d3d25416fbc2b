import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers, type SipRequest } from '@openparley/protocols/sip'
import { serviceControlOf } from './cucm.ts'

function notify(body: string, event = 'service-control'): SipRequest {
  const headers = new Headers()
  headers.append('Event', event)
  return { kind: 'request', method: 'NOTIFY', uri: 'sip:us', headers, body: new TextEncoder().encode(body) }
}

const check = (stamp: string): SipRequest =>
  notify(`action=check-version\r\nRegisterCallID={}\r\nConfigVersionStamp={${stamp}}\r\nDialplanVersionStamp={}\r\n`)

test('a call manager that names another version of the configuration has the phone begin anew; the same version asks for nothing', () => {
  assert.equal(serviceControlOf(check('2'), '{1}'), 'restart')
  assert.equal(serviceControlOf(check('1'), '{1}'), 'check-version')
  assert.equal(serviceControlOf(check(''), '{1}'), 'check-version')
  assert.equal(serviceControlOf(check('2'), undefined), 'check-version')
})

test('the words of service control are taken, and no others', () => {
  for (const word of ['reset', 'restart', 'apply-config', 'call-preservation'])
    assert.equal(serviceControlOf(notify(`action=${word}\n`), '1'), word)
  assert.equal(serviceControlOf(notify('action=explode\n'), '1'), undefined)
  assert.equal(serviceControlOf(notify('action=reset\n', 'message-summary'), '1'), undefined)
})
