// The patterns and reports of RFC 4730; the documents are of its forms, and of what call managers send.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  Kpml,
  type KpmlEffect,
  matchOf,
  readKpmlRequest,
  readKpmlResponse,
  readPattern,
  writeKpmlRequest,
  writeKpmlResponse,
} from './index.ts'

function asked(pattern: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<kpml-request xmlns="urn:ietf:params:xml:ns:kpml-request" version="1.0">${pattern}</kpml-request>`
}

function engine(pattern: string): { kpml: Kpml; press(keys: string, atMs?: number): KpmlEffect[] } {
  const request = readKpmlRequest(asked(pattern))
  assert(request)
  const kpml = new Kpml(request)
  return { kpml, press: (keys, atMs = 0) => Array.from(keys).flatMap((key) => kpml.handle({ type: 'key', key }, atMs)) }
}

const told = (effects: readonly KpmlEffect[]): unknown[] =>
  effects.map(({ response: { code, digits }, last }) => [code, digits, last])

describe('key press stimulus', () => {
  test('a pattern says what its keys are, and how many', () => {
    const match = (pattern: string, digits: string): string => matchOf(readPattern(pattern) ?? assert.fail(), digits)
    assert.deepEqual(
      ['x', '5', '[x*#ABCD]', '[^5]', '[2-4]'].map((each) => match(each, '5')),
      ['full', 'full', 'full', 'no', 'no'],
    )
    assert.deepEqual(
      ['', '1', '12', '123', '1234'].map((each) => match('x{2,3}', each)),
      ['part', 'part', 'open', 'full', 'no'],
    )
    assert.deepEqual(
      ['', '9', '911', '9#', '9a'].map((each) => match('9x.', each)),
      ['part', 'open', 'open', 'no', 'no'],
    )
    assert.deepEqual(
      ['1', '12#', '#'].map((each) => match('x{1,}#', each)),
      ['part', 'full', 'no'],
    )
    assert.equal(match('011x.', '01144'), 'open')
  })

  test('what is no pattern is none', () => {
    for (const text of ['', 'x{3,1}', 'x{0}', '[', '[]', 'y', '.', '[9-2]', 'x{1000}', 'x'.repeat(600)])
      assert.equal(readPattern(text), undefined, text)
  })

  test('every key is told by itself, for as long as it is asked for', () => {
    const { press, kpml } = engine('<pattern persist="persist"><regex tag="dtmf">[x*#ABCD]</regex></pattern>')
    assert.deepEqual(told(press('9*')), [
      [200, '9', false],
      [200, '*', false],
    ])
    assert.deepEqual(told(kpml.handle({ type: 'hung-up' }, 0)), [[402, '', true]])
    assert.deepEqual(press('1'), [])
  })

  test('a one-shot request is over with its first report', () => {
    const { press, kpml } = engine('<pattern><regex tag="code">x{4}</regex></pattern>')
    assert.deepEqual(press('123'), [])
    assert.deepEqual(kpml.handle({ type: 'key', key: '4' }, 0), [
      { type: 'report', response: { code: 200, digits: '1234', tag: 'code' }, last: true },
    ])
    assert.equal(kpml.isOver, true)
    assert.equal(kpml.deadline, undefined)
  })

  test('what may grow is told after the critical time; what may match, as late after the time between digits', () => {
    const { press, kpml } = engine(
      '<pattern persist="persist" interdigittimer="5000" criticaldigittimer="700"><regex>9x.</regex></pattern>',
    )
    press('91', 100)
    assert.equal(kpml.deadline, 800)
    assert.deepEqual(kpml.wake(799), [])
    assert.deepEqual(told(kpml.wake(800)), [[200, '91', false]])
    const other = engine('<pattern persist="persist" interdigittimer="5000"><regex>x{4}</regex></pattern>')
    other.press('12', 100)
    assert.equal(other.kpml.deadline, 5100)
    assert.deepEqual(told(other.kpml.wake(5100)), [[423, '12', false]])
    assert.deepEqual(told(other.press('1234', 6000)), [[200, '1234', false]])
  })

  test('a key that ends a match that could have grown is looked at by itself', () => {
    const { press } = engine(
      '<pattern persist="persist"><regex tag="number">9x.</regex><regex tag="star">[*]</regex></pattern>',
    )
    assert.deepEqual(told(press('912*')), [
      [200, '912', false],
      [200, '*', false],
    ])
  })

  test('keys of which nothing can be made fall away', () => {
    const { press } = engine('<pattern persist="persist"><regex>[*]9</regex></pattern>')
    assert.deepEqual(told(press('12*9')), [[200, '*9', false]])
  })

  test('single-notify keeps the subscription and says no more', () => {
    const { press, kpml } = engine('<pattern persist="single-notify"><regex>x</regex></pattern>')
    assert.deepEqual(told(press('12')), [[200, '1', false]])
    assert.deepEqual(told(kpml.handle({ type: 'expired' }, 0)), [[487, '', true]])
  })

  test('a request that takes the place of another begins anew, or with what was pressed where it is not flushed', () => {
    const { press, kpml } = engine('<pattern persist="persist"><regex>x{4}</regex></pattern>')
    press('12')
    const flushed = readKpmlRequest(asked('<pattern persist="persist"><flush>yes</flush><regex>x{3}</regex></pattern>'))
    const kept = readKpmlRequest(asked('<pattern persist="persist"><regex>x{3}</regex></pattern>'))
    assert(flushed && kept)
    assert.deepEqual(kpml.handle({ type: 'asked', request: kept }, 0), [])
    assert.deepEqual(told(press('3')), [[200, '123', false]])
    press('12')
    kpml.handle({ type: 'asked', request: flushed }, 0)
    assert.deepEqual(told(press('345')), [[200, '345', false]])
  })

  test('documents are read and written; what is none of them is refused', () => {
    assert.deepEqual(readKpmlResponse(writeKpmlResponse({ code: 200, digits: '1#', tag: 'dtmf' })), {
      code: 200,
      digits: '1#',
    })
    assert.equal(readKpmlRequest(writeKpmlRequest('[x*#ABCD]', 'persist'))?.persist, 'persist')
    for (const bad of [
      '',
      '<kpml-request/>',
      asked(''),
      asked('<pattern persist="forever"><regex>x</regex></pattern>'),
      asked('<pattern><regex>y</regex></pattern>'),
      `<!DOCTYPE a>${asked('')}`,
    ])
      assert.equal(readKpmlRequest(bad), undefined, bad)
  })

  test('of any keys at any time it never throws, and waits only with a deadline', () => {
    let seed = 7
    const roll = (most: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31
      return seed % most
    }
    for (let round = 0; round < 300; round++) {
      const { kpml } = engine(
        `<pattern persist="${['one-shot', 'persist', 'single-notify'][roll(3)]}"><regex>${['x.', '9x{2,4}', '[*]x', 'x{3}#'][roll(4)]}</regex><regex>1x</regex></pattern>`,
      )
      let now = 0
      for (let step = 0; step < 40; step++) {
        now += roll(3000)
        kpml.wake(now)
        kpml.handle({ type: 'key', key: '0123456789*#ABCD'[roll(16)] as string }, now)
        assert(kpml.deadline === undefined || kpml.deadline > now, `seed 7, round ${round}`)
      }
    }
  })
})
