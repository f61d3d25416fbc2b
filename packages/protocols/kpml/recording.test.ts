// Keys go through a recording without being in it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  Kpml,
  type KpmlInput,
  type KpmlRequest,
  kpmlTerms,
  type Look,
  readKpmlRequest,
  replayKpml,
  writeKpmlTurn,
} from './index.ts'

type Step = { readonly after: number; readonly does: KpmlInput | 'wait' }

function requestFor(pattern: string): KpmlRequest {
  const namespace = 'urn:ietf:params:xml:ns:kpml-request'
  const request = readKpmlRequest(`<kpml-request xmlns="${namespace}" version="1.0">${pattern}</kpml-request>`)
  assert(request)
  return request
}

/** The turns of a recording as text, and back. */
function recorded(request: KpmlRequest, steps: readonly Step[]): { options: object; turns: never } {
  let answers: Look[] = []
  const kpml = new Kpml(request, (look) => {
    answers.push(look)
    return look
  })
  let at = 0
  const turns = steps.map(({ after, does }) => {
    at += after
    const effects = does === 'wait' ? kpml.wake(at) : kpml.handle(does, at)
    const turn = { at, input: does === 'wait' ? undefined : does, effects, answers }
    answers = []
    return writeKpmlTurn(turn)
  })
  return JSON.parse(JSON.stringify({ options: kpmlTerms(request), turns }))
}

const saidIn = (turns: never): string[][] => (turns as readonly { said: string[] }[]).map(({ said }) => said)

const keys = (digits: string): Step[] => Array.from(digits, (key) => ({ after: 10, does: { type: 'key', key } }))

describe('a recording of keys', () => {
  test('holds no key and no pattern, and comes to the same reports', () => {
    const request = requestFor(
      '<pattern persist="persist" criticaldigittimer="500"><regex tag="pin-8642">8642</regex><regex tag="other">x{2,}#</regex></pattern>',
    )
    const { options, turns } = recorded(request, [
      ...keys('8642'),
      { after: 600, does: 'wait' },
      ...keys('97531#'),
      ...keys('12'),
      { after: 10, does: { type: 'hung-up' } },
    ])
    const text = JSON.stringify([options, turns])
    for (const secret of ['8642', '97531', '"8"', '"#"', 'pin', 'other']) assert.ok(!text.includes(secret), text)
    assert.deepEqual(saidIn(turns).flat(), [
      'report 200, keys xxxx, tagged',
      'report 200, keys xxxxxx, tagged',
      'report 402, keys xx, last',
    ])
    assert.deepEqual(replayKpml(options as never, turns), saidIn(turns))
  })

  test('of which a key is missing comes to something else, or is none', () => {
    const { options, turns } = recorded(requestFor('<pattern><regex>x{4}</regex></pattern>'), keys('1234'))
    const fewer = (turns as readonly unknown[]).toSpliced(1, 1) as never
    assert.notDeepEqual(replayKpml(options as never, fewer), saidIn(fewer))
    const bare = (turns as readonly object[]).map((turn) => ({ ...turn, answers: [] })) as never
    assert.throws(() => replayKpml(options as never, bare), /more keys/)
  })

  test('comes to the same reports whatever is pressed, waited for and asked, and when', () => {
    const patterns = ['x.', '9x{2,4}', '[*]x', 'x{3}#', '[2-9]xx', '011x.', '[x*#ABCD]']
    const request = fc
      .tuple(
        fc.constantFrom('one-shot', 'persist', 'single-notify'),
        fc.subarray(patterns, { minLength: 1 }),
        fc.constantFrom('', '<flush>yes</flush>'),
      )
      .map(([persist, regexes, flush]) =>
        requestFor(
          `<pattern persist="${persist}">${flush}${regexes.map((regex, at) => `<regex tag="t${at || ''}">${regex}</regex>`).join('')}</pattern>`,
        ),
      )
    const does = fc.oneof(
      {
        weight: 12,
        arbitrary: fc.constantFrom(...Array.from('0123456789*#ABCD')).map((key) => ({ type: 'key' as const, key })),
      },
      { weight: 4, arbitrary: fc.constant('wait' as const) },
      { weight: 1, arbitrary: fc.constantFrom({ type: 'hung-up' as const }, { type: 'expired' as const }) },
      { weight: 2, arbitrary: request.map((asked) => ({ type: 'asked' as const, request: asked })) },
    )
    const step = fc.record({ after: fc.integer({ min: 0, max: 5000 }), does })
    fc.assert(
      fc.property(request, fc.array(step, { maxLength: 40 }), (asked, steps) => {
        const { options, turns } = recorded(asked, steps)
        assert.deepEqual(replayKpml(options as never, turns), saidIn(turns))
        assert.doesNotMatch(JSON.stringify(turns), /"key":"[^x]|"patterns"/)
      }),
      { seed: 4730, numRuns: 1000 },
    )
  })
})
