// What a server refuses at a phone on the desk reaches the application as itself: a code that the method does not declare would be told as our own fault.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, services } from '@openparley/contract'
import { refusalOf as ofAmi } from '../packages/core/links/ami/index.ts'
import { refusalOf as ofAri } from '../packages/core/links/ari/index.ts'
import { refusalOf as ofCsta } from '../packages/core/links/csta/index.ts'

const csta = [
  undefined,
  ...[
    ['operation', 'generic'],
    ['operation', 'invalidCalledDeviceID'],
    ['operation', 'invalidConnectionID'],
    ['operation', 'privilegeViolationOnSpecifiedDevice'],
    ['stateIncompatibility', 'invalidObjectState'],
    ['systemResourceAvailability', 'resourceBusy'],
    ['subscribedResourceAvailability', 'generic'],
    ['performanceManagement', 'generic'],
    ['security', 'generic'],
    ['operation', 'deviceOutOfService'],
  ].map(([category = '', value = '']) => ({ is: 'CSTAErrorCode' as const, category, value })),
].map((error) => ofCsta(error).code)

const ami = [
  undefined,
  ...['Permission denied', 'Extension does not exist', 'No such channel', 'Anything else'].map((text) => ({
    response: [{ name: 'Message', value: text }],
  })),
].map((answer) => ofAmi(answer as Parameters<typeof ofAmi>[0]).code)

const ari = [undefined, 400, 401, 403, 404, 409, 412, 500, 503].map(
  (status) => ofAri(status === undefined ? undefined : ({ status, fault: '' } as Parameters<typeof ofAri>[0])).code,
)

for (const [way, codes] of Object.entries({ CSTA: csta, AMI: ami, ARI: ari }))
  for (const act of ['answer', 'hold', 'resume', 'transfer', 'conference'] as const)
    test(`what ${way} refuses, ${act} declares`, () => {
      const declared: readonly ErrorCode[] = services.calls.methods[act].errors
      const told = [...new Set(codes)]
      assert.ok(told.length > 3, told.join())
      assert.deepEqual(
        told.filter((code) => !declared.includes(code)),
        [],
      )
    })
