import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as Axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launchChromium } from './browser.js'
import { type RunningPlayground, startPlayground } from './start-playground.js'
import { visit } from './visitor.js'

declare const axe: typeof Axe

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
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

/** What axe finds against WCAG 2.2, A and AA. */
async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations, passes } = await axe.run(document, { runOnly: tags })
    if (passes.length < 20) return [`axe checked ${passes.length} rules only`]
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
  })
}

describe.skipIf(!hasChromium)('the first view, in Chromium', () => {
  it('takes less than 200 kB, pictures of the samples included, and does not move', async () => {
    const visitor = await visit(browser, playground)
    const session = await visitor.page.context().newCDPSession(visitor.page)
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    let transferredBytes = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      transferredBytes += encodedDataLength
    })
    await visitor.page.reload({ waitUntil: 'networkidle' })
    const width = await visitor.page
      .getByAltText(/^The samples:/)
      .evaluate((image) => (image as HTMLImageElement).naturalWidth)
    expect(width).toBeGreaterThan(1000)
    expect(transferredBytes).toBeGreaterThan(20_000)
    expect(transferredBytes).toBeLessThan(200_000)
    expect(await visitor.layoutShift()).toBeLessThan(0.005)
    await visitor.leave()
  })

  it('comes with a policy that allows no other host and no inline script or style', async () => {
    const answer = await fetch(playground.url)
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'/,
    )
    const html = await answer.text()
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|https?:\/\//)
  })

  it.each(['light', 'dark'] as const)(
    'has no fault that axe can find, %s, in any view',
    async (colorScheme) => {
      const visitor = await visit(browser, playground, { colorScheme, reducedMotion: 'reduce' })
      const { page } = visitor
      expect(await accessibilityFaults(page)).toEqual([])
      await visitor.connect()
      await page.getByRole('button', { name: 'Start with the samples' }).click()
      await visitor.progress('36 pictures.')
      await visitor.drop([{ name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('no picture') }])
      await visitor.progress('36 pictures, 1 failed.')
      for (const view of ['Neighbours', 'Map', 'Matrix', 'Duplicates', 'Groups']) {
        await page.getByRole('tab', { name: view }).click()
        await page.getByText(/^(Drawing|Sorting)/).waitFor({ state: 'detached' })
        expect(await accessibilityFaults(page), view).toEqual([])
      }
      await visitor.leave()
    },
  )

  it('the page stays where it is while pictures come in', async () => {
    const visitor = await visit(browser, playground)
    await visitor.connect()
    await visitor.page.getByRole('button', { name: 'Start with the samples' }).click()
    await visitor.progress('36 pictures.')
    expect(await visitor.layoutShift()).toBeLessThan(0.05)
    await visitor.leave()
  })

  it('fits a phone in every view, and works by touch', async () => {
    const visitor = await visit(browser, playground, {
      viewport: { width: 360, height: 740 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
    })
    const { page } = visitor
    const isTooWide = () =>
      page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
    expect(await isTooWide()).toBe(false)
    await visitor.connect()
    await page.getByRole('button', { name: 'Start with the samples' }).tap()
    await visitor.progress('36 pictures.')
    await page.getByRole('option', { name: /cat-2\.jpg/ }).tap()
    await page.getByRole('list', { name: 'Nearest to cat-2.jpg' }).waitFor()
    for (const view of ['Map', 'Matrix', 'Duplicates', 'Groups', 'Neighbours']) {
      await page.getByRole('tab', { name: view }).tap()
      expect(await isTooWide(), view).toBe(false)
    }
    await visitor.leave()
  })
})
