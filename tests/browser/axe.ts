// What axe-core finds wrong with a page, as sentences.
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Empty where the page is well. Injected from here: the pages' own rules let no script in from elsewhere. */
export async function violations(page: Page): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source)
  const found = await page.evaluate('axe.run().then(({ violations }) => violations)')
  return (found as axe.Result[]).map(
    ({ id, help, nodes }) => `${id}: ${help} — ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  )
}
