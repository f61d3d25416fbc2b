// Draws a message's text: the marks stay, faint, and are not read out (XEP-0393 §6 and §7).
import type { JSX } from 'preact'
import type { OfPage } from './page.ts'
import { type Block, type Span, styled } from './styling.ts'

export function StyledText({ page, text }: OfPage & { readonly text: string }): JSX.Element {
  return (
    <div class="text" dir="auto">
      <Blocks page={page} blocks={styled(text)} />
    </div>
  )
}

function Blocks({ page, blocks }: OfPage & { readonly blocks: readonly Block[] }): JSX.Element {
  return (
    <>
      {blocks.map((block, n) => {
        switch (block.is) {
          case 'plain':
            return (
              <p key={n}>
                <Spans page={page} spans={block.spans} />
              </p>
            )
          case 'preformatted':
            return (
              <div key={n}>
                {block.tag !== '' && <p class="faint">{block.tag}</p>}
                <pre tabIndex={0}>{block.text}</pre>
              </div>
            )
          case 'quote':
            return (
              <blockquote key={n}>
                <Blocks page={page} blocks={block.blocks} />
              </blockquote>
            )
        }
      })}
    </>
  )
}

function Spans({ page, spans }: OfPage & { readonly spans: readonly Span[] }): JSX.Element {
  return (
    <>
      {spans.map((span, n) => {
        if (span.is === 'text') return span.text
        if (span.is === 'link') return <Link key={n} page={page} address={span.text} />
        const Element = elements[span.is]
        return (
          <Element key={n}>
            <Mark mark={span.mark} />
            {span.is === 'code' ? span.text : <Spans page={page} spans={span.spans} />}
            <Mark mark={span.mark} />
          </Element>
        )
      })}
    </>
  )
}

function Mark({ mark }: { readonly mark: string }): JSX.Element {
  return (
    <span class="styling" aria-hidden="true">
      {mark}
    </span>
  )
}

function Link({ page: { acts }, address }: OfPage & { readonly address: string }): JSX.Element {
  const number = /^(?:tel:|sips?:)/i.test(address) ? address.replace(/^tel:/i, '') : undefined
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => {
        if (number === undefined) return
        // A phone is here: whoever presses it sees what would be dialled, and dials it themselves.
        event.preventDefault()
        acts.offer(number)
      }}
    >
      {address}
    </a>
  )
}

const elements = { strong: 'strong', emphasis: 'em', strike: 's', code: 'code' } as const
