import { samplePng } from '@pixvec/core/testing'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launchChromium } from './browser.js'
import { galleryFile, galleryPath } from './gallery.js'
import { type RunningPlayground, startPlayground } from './start-playground.js'
import { type DroppedFile, textOf, visit } from './visitor.js'

let seeing: RunningPlayground
let quick: RunningPlayground
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  seeing = await startPlayground({ model: 'built-in' })
  quick = await startPlayground()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await seeing?.close()
  await quick?.close()
})

/** A smaller copy, compressed once more: another file with other pixels of the same picture. */
async function copyOf(name: string): Promise<DroppedFile> {
  const bytes = await sharp(galleryPath(name)).resize(420).jpeg({ quality: 60 }).toBuffer()
  return { name: `copy of ${name}.jpg`, type: 'image/jpeg', bytes }
}

const firstNeighbour = (page: Page) =>
  page
    .getByRole('list', { name: /^Nearest to/ })
    .getByRole('button')
    .first()

/** Names and cosines, the nearest first. */
async function neighbours(page: Page): Promise<{ name: string; cosine: number }[]> {
  const rows = await page
    .getByRole('list', { name: /^Nearest to/ })
    .getByRole('button')
    .all()
  return Promise.all(
    rows.map(async (row) => ({
      name: await textOf(row.locator('.neighbour-name')),
      cosine: Number((await textOf(row.locator('.score'))).replace('−', '-')),
    })),
  )
}

const manyPngs = (count: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => ({
      name: `${i + 1}.png`,
      bytes: await samplePng(24, 24, i + 1),
    })),
  )

describe.skipIf(!hasChromium)('pictures, in Chromium', () => {
  it.each(['REST', 'GraphQL'])('dropped ones find their neighbours, by %s', async (transport) => {
    const visitor = await visit(browser, seeing)
    const { page } = visitor
    await page.getByLabel(transport).check()
    await visitor.connect()
    await visitor.drop([...['cat-1', 'forest-2', 'planets-1'].map(galleryFile), await copyOf('cat-1')])
    await visitor.progress('4 pictures.')
    await page
      .getByRole('option', { name: /^Its.*cat-1/ })
      .first()
      .click()
    const [first, second] = await neighbours(page)
    expect(first!.name).toBe('copy of cat-1.jpg')
    expect(first!.cosine).toBeGreaterThan(0.8)
    expect(second!.cosine).toBeLessThan(first!.cosine - 0.1)
    await firstNeighbour(page).click()
    await page.getByRole('list', { name: 'Nearest to copy of cat-1.jpg' }).waitFor()
    expect((await neighbours(page))[0]).toEqual({ name: 'cat-1.jpg', cosine: first!.cosine })
    await visitor.leave()
  })

  it('wait for the key, and are embedded once it is there', async () => {
    const visitor = await visit(browser, quick)
    await visitor.drop(await manyPngs(3))
    await visitor.progress('3 pictures wait for the key')
    await visitor.connect()
    await visitor.progress('3 pictures.')
    await visitor.leave()
  })

  it('of another dimension are other vectors of the same pictures', async () => {
    const visitor = await visit(browser, seeing)
    const { page } = visitor
    await visitor.connect()
    await visitor.drop([galleryFile('sea-1'), galleryFile('sea-2'), await copyOf('sea-1')])
    await visitor.progress('3 pictures.')
    const strip = page.locator('.chosen canvas')
    expect(await strip.getAttribute('aria-label')).toBe('The 512 numbers of sea-1.jpg')
    const drawnBefore = await strip.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
    await page.getByLabel('1024').check()
    await page.getByText('1024 numbers', { exact: true }).waitFor()
    await visitor.progress('3 pictures.')
    expect(await strip.getAttribute('aria-label')).toBe('The 1024 numbers of sea-1.jpg')
    expect(await strip.evaluate((canvas) => (canvas as HTMLCanvasElement).height)).toBe(16)
    expect((await neighbours(page))[0]!.name).toBe('copy of sea-1.jpg')
    expect(await textOf(page.locator('pre'))).toContain('dimension=1024')

    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.getByLabel('512').check()
    await page.getByText('512 numbers', { exact: true }).waitFor()
    expect(await strip.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())).toBe(drawnBefore)
    expect(asked).toEqual([])
    await visitor.leave()
  })

  it('can be chosen, and pasted', async () => {
    const visitor = await visit(browser, quick)
    const { page } = visitor
    await visitor.connect()
    const png = { name: 'chosen.png', mimeType: 'image/png', buffer: Buffer.from(await samplePng()) }
    await page.getByLabel('Choose pictures').setInputFiles(png)
    await visitor.progress('1 picture.')
    await page.evaluate(
      (base64) => {
        const clipboardData = new DataTransfer()
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
        clipboardData.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }))
        document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
      },
      Buffer.from(await samplePng(8, 8, 2)).toString('base64'),
    )
    await visitor.progress('2 pictures.')
    await visitor.leave()
  })

  it('two hundred at once are all embedded, and the page tells how far it is', async () => {
    const visitor = await visit(browser, quick)
    const { page } = visitor
    await visitor.connect()
    await page.evaluate(() => {
      const told = new Set<string>()
      Object.assign(window, { told })
      new MutationObserver(() => {
        const text = document.querySelector('.progress-row p')?.textContent ?? ''
        if (/^\d+ of 200/.test(text)) told.add(text)
      }).observe(document.body, { subtree: true, characterData: true, childList: true })
    })
    await visitor.drop(await manyPngs(200))
    await visitor.progress('200 pictures.')
    expect(await page.getByRole('option').count()).toBe(200)
    expect(await page.locator('.picture-grid canvas').count()).toBe(200)
    const told = await page.evaluate(() => (window as unknown as { told: Set<string> }).told.size)
    expect(told).toBeGreaterThan(3)
    await visitor.leave()
  })

  it('can be cancelled, and gone on with', async () => {
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const slow = await startPlayground({ backend: { gate } })
    const visitor = await visit(browser, slow)
    const { page } = visitor
    await visitor.connect()
    await visitor.drop(await manyPngs(12))
    await visitor.progress('0 of 12 embedded')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await visitor.progress('You stopped it. 12 wait.')
    await page.getByRole('option', { name: /12\.png/ }).click()
    await page.keyboard.press('Delete')
    await visitor.progress('You stopped it. 11 wait.')
    open()
    await page.getByRole('button', { name: 'Go on' }).click()
    await visitor.progress('11 pictures.')
    await visitor.leave()
    await slow.close()
  })

  it('over five hundred are not taken, and the page says so', async () => {
    const visitor = await visit(browser, quick)
    await visitor.drop(await manyPngs(503))
    await visitor.page.getByText('Took 500 of 503: the playground holds 500.').waitFor()
    expect(await visitor.page.getByRole('option').count()).toBe(500)
    await visitor.page.getByRole('button', { name: 'Clear' }).click()
    await visitor.page.getByRole('button', { name: 'Start with the samples' }).waitFor()
    await visitor.leave()
  })

  it('tell where the time went in the server', async () => {
    const visitor = await visit(browser, quick)
    await visitor.connect()
    await visitor.drop(await manyPngs(1))
    await visitor.progress('1 picture.')
    const timings = visitor.page.getByRole('region', { name: 'Time in the server' })
    for (const step of ['Queue', 'Decode', 'Resize', 'Inference']) {
      const row = timings.locator('dl div', { hasText: step })
      expect(await textOf(row.locator('dd'))).toMatch(/^\d+(\.\d)? ms$/)
    }
    await visitor.leave()
  })
})
