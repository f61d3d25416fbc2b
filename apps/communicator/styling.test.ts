import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Block, type Span, styled } from './styling.ts'

/** Strong spans in [], emphasis in {}, strike in (), code in <>, links in «»; quotes in ›‹, preformatted text in |. */
function drawn(text: string): string {
  return styled(text).map(ofBlock).join('')
}
function ofBlock(block: Block): string {
  if (block.is === 'quote') return `›${block.blocks.map(ofBlock).join('')}‹`
  return block.is === 'plain' ? block.spans.map(ofSpan).join('') : `|${block.text}|`
}
function ofSpan(span: Span): string {
  switch (span.is) {
    case 'text':
      return span.text
    case 'link':
      return `«${span.text}»`
    case 'code':
      return `<${span.text}>`
    default: {
      const inner = span.spans.map(ofSpan).join('')
      return { strong: `[${inner}]`, emphasis: `{${inner}}`, strike: `(${inner})` }[span.is]
    }
  }
}

test('what XEP-0393 §5.2 says is strong is strong', () => {
  assert.equal(drawn('*strong*'), '[strong]')
  assert.equal(drawn('plain *strong* plain'), 'plain [strong] plain')
  assert.equal(drawn('*strong* plain *strong*'), '[strong] plain [strong]')
  assert.equal(drawn('*strong*plain*'), '[strong]plain*')
  assert.equal(drawn('* plain *strong*'), '* plain [strong]')
})

test('what it says is styled by nothing is plain', () => {
  for (const text of ['not strong*', '*not strong', '*not \n strong*', '*not *strong', '**', '****'])
    assert.deepEqual(drawn(text), text)
})

test('its examples of emphasis, strong emphasis, strike and code are drawn as it has them', () => {
  assert.equal(
    drawn('The full title is _Twelfth Night, or What You Will_ but\n_most_ people shorten it.'),
    'The full title is {Twelfth Night, or What You Will} but\n{most} people shorten it.',
  )
  assert.equal(drawn('Everyone ~dis~likes cake.'), 'Everyone (dis)likes cake.')
  assert.equal(drawn('Wow, I can write in `monospace`!'), 'Wow, I can write in <monospace>!')
  assert.equal(drawn('This is `*monospace*`'), 'This is <*monospace*>')
  assert.equal(drawn('This is *`monospace and bold`*'), 'This is [<monospace and bold>]')
  assert.equal(drawn('_emphasized span containing *strong span*_'), '{emphasized span containing [strong span]}')
  assert.equal(drawn('Two spans, both *alike in dignity*'), 'Two spans, both [alike in dignity]')
})

test('a span does not leave its line', () => {
  assert.equal(
    drawn('but there is no *formatting\nas spans* may not'),
    'but there is no *formatting\nas spans* may not',
  )
})

test('a preformatted block ends with its marks or with what it is in, and holds no spans (XEP-0393 §5.1.2)', () => {
  assert.deepEqual(styled('```ignored\n(println "Hello, *world*!")\n```\n\nThis is plain'), [
    { is: 'preformatted', tag: 'ignored', text: '(println "Hello, *world*!")' },
    {
      is: 'plain',
      spans: [
        { is: 'text', text: '\n' },
        { is: 'text', text: 'This is plain' },
      ],
    },
  ])
  assert.equal(
    drawn('> ```\n> (println "Hello, world!")\n\nThe entire blockquote'),
    '›|(println "Hello, world!")|‹\nThe entire blockquote',
  )
})

test('quotes hold blocks, and other quotes (XEP-0393 §5.1.3)', () => {
  assert.equal(
    drawn('> That that is, is.\n\nSaid the old hermit of Prague.'),
    '›That that is, is.‹\nSaid the old hermit of Prague.',
  )
  assert.equal(
    drawn('>> That that is, is.\n> Said the old hermit of Prague.\n\nWho?'),
    '››That that is, is.‹Said the old hermit of Prague.‹\nWho?',
  )
})

test('a preformatted block that holds nothing is shown as it was written', () => {
  assert.equal(drawn('```'), '```')
  assert.equal(drawn('```\n```'), '```\n```')
})

test('https, mailto, tel and sip are links, without the sentence that they stand in', () => {
  assert.equal(drawn('See https://example.com/a_b_c(d), or ask.'), 'See «https://example.com/a_b_c(d)», or ask.')
  assert.equal(drawn('(https://example.com/).'), '(«https://example.com/»).')
  assert.equal(
    drawn('mailto:a@example.com tel:+442079460018 sip:bob@example.com'),
    '«mailto:a@example.com» «tel:+442079460018» «sip:bob@example.com»',
  )
  assert.equal(drawn('*https://example.com*'), '[«https://example.com»]')
})

test('no link is what could do something here, what names another host, and what is code', () => {
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,x',
    'http://example.com',
    'xhttps://example.com',
    'tel:',
    'https://',
  ])
    assert.equal(drawn(text), text)
  assert.equal(drawn('https://bank.example@evil.example/'), 'https://bank.example@evil.example/')
  assert.equal(drawn('`https://example.com`'), '<https://example.com>')
})

test('nothing of a line is lost, whatever it is', () => {
  const whole = (spans: readonly Span[]): string =>
    spans
      .map((span) => {
        if (span.is === 'text' || span.is === 'link') return span.text
        return span.mark + (span.is === 'code' ? span.text : whole(span.spans)) + span.mark
      })
      .join('')
  const pieces = fc.constantFrom('*', '_', '~', '`', ' ', 'a', '\n', 'https://x.example', '(', ')', '.', '\u2003')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = `x${parts.join('')}`.replaceAll('\n`', '\nx`')
      assert.equal(
        styled(text)
          .map((block) => (block.is === 'plain' ? whole(block.spans) : '?'))
          .join(''),
        text,
      )
    }),
  )
})

test('the longest message is read in a moment, and the deepest quote ends', () => {
  const started = performance.now()
  for (const piece of [' *a', '*a* ', '*_~`', '>', '`` ', 'https://a ', '(((', '> ```\n', '>\n\n'])
    styled(piece.repeat(65_536 / piece.length))
  assert.ok(performance.now() - started < 2000)
})
