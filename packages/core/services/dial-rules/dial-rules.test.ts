import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DialRule, errorValue, type RuleDirection } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import { type DialRulesService, dialRules } from './dial-rules.ts'
import type { RulesRead } from './port.ts'

const nine: DialRule = { beginsWith: '', numDigits: 7, digitsToRemove: 0, prefixWith: '9' }
const eight: DialRule = { ...nine, prefixWith: '8' }
const of = (...rules: DialRule[]): RulesRead => ({ is: 'rules', rules, from: 'file', ignored: [] })

function open(first: RulesRead): {
  service: DialRulesService
  asked: RuleDirection[]
  say(read: RulesRead): void
  pass(ms: number): Promise<void>
} {
  let says = first
  const clock = virtualClock()
  const asked: RuleDirection[] = []
  const world = { clock, dice: seededDice(1), wall: () => new Date(clock.now()).toISOString() }
  const port = {
    read: async (direction: RuleDirection): Promise<RulesRead> => {
      asked.push(direction)
      return direction === 'application' ? says : { is: says.is === 'off' ? 'off' : 'none' }
    },
  }
  const service = dialRules(world, 'epoch', port, { settings: () => ({ 'dialRules.everyMs': 1000 }), told: () => {} })
  return {
    service,
    asked,
    say: (read) => {
      says = read
    },
    pass: async (ms) => {
      clock.pass(ms)
      for (let n = 0; n < 20; n++) await Promise.resolve()
    },
  }
}

test('rules that change are in force at the next look, as a whole', async () => {
  const { service, say, pass } = open(of(nine))
  await service.look()
  assert.equal(service.toDial('555-1234'), '95551234')
  say(of(eight))
  await pass(1000)
  assert.equal(service.toDial('5551234'), '85551234')
  say(of())
  await pass(1000)
  assert.equal(service.toDial('5551234'), '5551234')
})

test('rules that are there no more stay in force and it is said so; none that were never there are no fault', async () => {
  const { service, say, pass } = open(of(nine))
  await service.look()
  say({ is: 'none' })
  await pass(1000)
  const { application, directory } = service.state.read().state
  assert.deepEqual(
    [service.toDial('5551234'), application.count, application.error?.code, directory.error],
    ['95551234', 1, 'dial-rules-gone', undefined],
  )
  say(of(nine))
  await pass(1000)
  assert.equal(service.state.read().state.application.error, undefined)
  say({ is: 'off' })
  await pass(1000)
  assert.equal(service.toDial('5551234'), '5551234')
})

test('a bad source leaves the last good rules in force and says so, until it is good again', async () => {
  const { service, say, pass } = open(of(nine))
  await service.look()
  say({ is: 'failed', error: errorValue('dial-rules-invalid', 'line 1') })
  await pass(1000)
  const { application } = service.state.read().state
  assert.deepEqual(
    [service.toDial('5551234'), application.count, application.error?.code],
    ['95551234', 1, 'dial-rules-invalid'],
  )
  say({ is: 'unchanged' })
  await pass(1000)
  assert.equal(service.state.read().state.application.error, undefined)
})

test('without a source nothing is asked again', async () => {
  const { service, asked, pass } = open({ is: 'off' })
  await service.look()
  await pass(600_000)
  assert.equal(asked.length, 2)
})

test('a look that finds nothing new is no news', async () => {
  const { service, say, pass } = open(of(nine))
  await service.look()
  const { n } = service.state.read().revision
  say({ is: 'unchanged' })
  await pass(10_000)
  assert.equal(service.state.read().revision.n, n)
})

test('after the end nothing is looked at', async () => {
  const { service, asked, pass } = open(of(nine))
  await service.look()
  service.close()
  await pass(10_000)
  assert.equal(asked.length, 2)
})
