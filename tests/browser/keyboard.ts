// What a person without a mouse does on a page.
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

/** What has the keyboard, as a screen reader would name it. */
export async function focused(page: Page): Promise<string> {
  return String(
    await page.evaluate(`(() => {
      const element = document.activeElement
      const label = element?.labels?.[0]
      const said = label && [...label.childNodes].filter((node) => !node.contains(element)).map((node) => node.textContent).join('')
      return (element?.getAttribute('aria-label') ?? said ?? element?.textContent ?? '').trim()
    })()`),
  )
}

/** Tab, until that has the keyboard; every stop must be visible and show that it has it. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let n = 0; n < 80; n++) {
    await press(page, 'Tab')
    const seen = await page.evaluate(`(() => {
      const element = document.activeElement
      if (!element || element === document.body) return true
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      const { width, height } = element.getBoundingClientRect()
      return width > 0 && height > 0 && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
    })()`)
    assert.ok(seen, `the focus on ${await focused(page)} is seen`)
    if ((await focused(page)) === name) return
  }
  assert.fail(`Tab does not reach ${name}`)
}

/** The large call says so. */
export function shows(page: Page, text: string | RegExp): Promise<void> {
  return page.getByRole('article').getByText(text, { exact: true }).waitFor()
}

export function rings(page: Page, who: string): Promise<void> {
  return page.getByRole('button', { name: `Answer ${who}` }).waitFor()
}

export async function dial(page: Page, number: string): Promise<void> {
  await press(page, 'Alt+n')
  await page.locator('#number:focus').waitFor()
  await page.keyboard.type(number)
  await press(page, 'Enter')
}
