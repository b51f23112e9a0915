import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launchChromium } from './browser.js'
import { type RunningPlayground, startPlayground } from './start-playground.js'
import { textOf, visit } from './visitor.js'

let playground: RunningPlayground
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  playground = await startPlayground()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await playground?.close()
})

/** What has the focus, in words. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null
    if (!element) return ''
    const label = (element as HTMLInputElement).labels?.[0]?.textContent
    return (element.getAttribute('aria-label') ?? label ?? element.textContent ?? '').trim()
  })

/** Presses Tab until something with these words has the focus, and that it shows. */
async function tabTo(page: Page, words: string | RegExp): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    const now = await focused(page)
    passed.push(now)
    if (typeof words === 'string' ? now === words : words.test(now)) {
      const isShown = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement
        const shown = element.matches('.unseen') ? (element.nextElementSibling as HTMLElement) : element
        const marked = element.type === 'radio' ? (element.nextElementSibling as HTMLElement) : shown
        return getComputedStyle(marked).outlineStyle !== 'none'
      })
      expect(isShown, `the focus on ${now} can be seen`).toBe(true)
      return
    }
  }
  throw new Error(`Tab came by ${passed.join(' | ')}, and not by ${words}`)
}

declare global {
  interface HTMLElement {
    readonly type?: string
  }
}

const selectedName = async (page: Page) =>
  (await textOf(page.locator('.tile[aria-selected=true] .tile-name'))).trim()

describe.skipIf(!hasChromium)('with the keyboard alone, in Chromium', () => {
  it('goes from the key to neighbours, another dimension, the map and the matrix, and removes a picture', async () => {
    const visitor = await visit(browser, playground)
    const { page } = visitor
    await tabTo(page, 'Skip to the pictures')
    await tabTo(page, 'Key')
    await page.keyboard.type(playground.key)
    await page.keyboard.press('Enter')
    await page.getByText('Connected. Model').waitFor()
    await tabTo(page, '512')
    await page.keyboard.press('ArrowRight')
    await tabTo(page, 'Start with the samples')
    await page.keyboard.press('Enter')
    await visitor.progress('36 pictures.')
    await page.getByText('1024 numbers', { exact: true }).waitFor()

    await page.evaluate(() => document.getElementById('work')?.focus())
    await tabTo(page, /balloons-1\.jpg$/)
    await page.keyboard.press('ArrowRight')
    expect(await selectedName(page)).toBe('balloons-2.jpg')
    await page.keyboard.press('ArrowDown')
    expect(await selectedName(page)).not.toMatch(/^balloons/)
    await page.keyboard.press('End')
    expect(await selectedName(page)).toBe('spheres-3.jpg')
    await page.keyboard.press('Delete')
    await visitor.progress('35 pictures.')
    expect(await selectedName(page)).toBe('spheres-2.jpg')
    expect(await focused(page)).toContain('spheres-2.jpg')

    await tabTo(page, 'Neighbours')
    await page.keyboard.press('ArrowRight')
    await page.getByRole('listbox', { name: /^Map/ }).waitFor()
    await tabTo(page, 'PCA')
    await tabTo(page, 'spheres-2.jpg')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowUp')
    expect(await selectedName(page)).not.toBe('spheres-2.jpg')

    await page.getByRole('tab', { name: 'Map' }).focus()
    await page.keyboard.press('ArrowRight')
    await tabTo(page, /^Similarity of 35 pictures/)
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key)
    const pair = await textOf(page.locator('.pair p'))
    expect(pair).toMatch(/^[−\d.]+\s+\S+\.jpg and \S+\.jpg$/)
    await page.keyboard.press('Enter')
    await expect.poll(async () => `${await selectedName(page)} and`).toBe(pair.match(/\S+\.jpg and/)?.[0])

    await page.getByRole('tab', { name: 'Matrix' }).focus()
    await page.keyboard.press('ArrowRight')
    await tabTo(page, /^Cosine of at least/)
    await page.keyboard.press('Home')
    expect(await textOf(page.locator('output'))).toBe('0.500')
    await visitor.leave()
  })
})
