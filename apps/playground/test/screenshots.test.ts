import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launchChromium } from './browser.js'
import { type RunningPlayground, startPlayground } from './start-playground.js'
import { visit } from './visitor.js'

/** Only `pnpm screenshots` writes: the pictures of the documentation follow the model. */
const isWriting = import.meta.env.MODE === 'screenshots'

let playground: RunningPlayground
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  // A port that looks like the reader's, where it is free and the picture is kept.
  playground = await startPlayground({ model: 'built-in', ...(isWriting && { port: 8080 }) })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await playground?.close()
})

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 840 } }
const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}
const show = (name: string) => async (page: Page) => {
  await page.getByRole('option', { name: new RegExp(`${name}\\.jpg`) }).click()
}
const map = async (page: Page) => {
  await page.getByRole('tab', { name: 'Map' }).click()
  await page.getByLabel('UMAP').check()
  await page.locator('.pin').first().waitFor()
  await page.getByText('Drawing the map').waitFor({ state: 'detached' })
}
const tab = (name: string) => async (page: Page) => {
  await page.getByRole('tab', { name }).click()
  await page.getByText('Sorting').waitFor({ state: 'detached' })
}

const shots: [name: string, options: BrowserContextOptions, prepare: (page: Page) => Promise<void>][] = [
  ['playground-light', { ...desktop, colorScheme: 'light' }, show('houses-1')],
  ['playground-dark', { ...desktop, colorScheme: 'dark' }, show('houses-1')],
  ['playground-map', { ...desktop, colorScheme: 'light' }, map],
  ['playground-matrix', { ...desktop, colorScheme: 'light' }, tab('Matrix')],
  ['playground-groups', { ...desktop, colorScheme: 'light' }, tab('Groups')],
  ['playground-phone', { ...phone, colorScheme: 'light' }, map],
]

describe.skipIf(!hasChromium)('a picture of the playground for the documentation', () => {
  it.each(shots)('%s', async (name, options, prepare) => {
    const visitor = await visit(browser, playground, { ...options, reducedMotion: 'reduce' })
    const { page } = visitor
    await visitor.connect()
    await page.getByRole('button', { name: 'Start with the samples' }).click()
    await visitor.progress('36 pictures.')
    await prepare(page)
    await page.mouse.move(0, 0)
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    if (options.isMobile) await page.getByRole('region', { name: 'Findings' }).scrollIntoViewIfNeeded()
    const png = await page.screenshot()
    const { channels } = await sharp(png).stats()
    // A page that is blank, or of one colour, is no picture of anything.
    expect(Math.min(...channels.slice(0, 3).map(({ stdev }) => stdev))).toBeGreaterThan(20)
    if (isWriting) {
      const target = new URL(`../../docs/public/${name}.webp`, import.meta.url)
      writeFileSync(fileURLToPath(target), await sharp(png).webp({ quality: 82, effort: 6 }).toBuffer())
    }
    await visitor.leave()
  })
})
