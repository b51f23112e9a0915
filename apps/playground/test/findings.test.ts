import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launchChromium } from './browser.js'
import { galleryFile, galleryPath } from './gallery.js'
import { type RunningPlayground, startPlayground } from './start-playground.js'
import { type DroppedFile, type Visitor, visit } from './visitor.js'

let playground: RunningPlayground
let browser: Browser
let visitor: Visitor

/** The same picture three times: as it is, smaller, and with a heavier compression. */
async function triplets(name: string): Promise<DroppedFile[]> {
  const bytes = galleryPath(name)
  return [
    galleryFile(name),
    {
      name: `${name}-small.jpg`,
      type: 'image/jpeg',
      bytes: await sharp(bytes).resize(400).jpeg().toBuffer(),
    },
    {
      name: `${name}-again.jpg`,
      type: 'image/jpeg',
      bytes: await sharp(bytes).jpeg({ quality: 60 }).toBuffer(),
    },
  ]
}

const subjects = ['cat-1', 'forest-2', 'planets-1']

beforeAll(async () => {
  if (!hasChromium) return
  playground = await startPlayground({ model: 'built-in' })
  browser = await launchChromium()
  visitor = await visit(browser, playground)
  await visitor.connect()
  const files = await Promise.all(subjects.map(triplets))
  // Interleaved, so that the order of dropping says nothing.
  await visitor.drop([0, 1, 2].flatMap((i) => files.map((three) => three[i]!)))
  await visitor.progress('9 pictures.')
})
afterAll(async () => {
  await visitor?.leave()
  await browser?.close()
  await playground?.close()
})

const subjectOf = (name: string) => subjects.find((subject) => name.startsWith(subject))

describe.skipIf(!hasChromium)('what the vectors tell, in Chromium', () => {
  it.each(['PCA', 'UMAP'])('the map lays copies of a picture beside each other, by %s', async (method) => {
    const { page } = visitor
    await page.getByRole('tab', { name: 'Map' }).click()
    await page.getByLabel(method).check()
    await page.locator('.pin').first().waitFor()
    await page.getByText('Drawing the map').waitFor({ state: 'detached' })
    const places = await page.locator('.pin').evaluateAll((pins) =>
      pins.map((pin) => ({
        name: pin.getAttribute('aria-label') ?? '',
        x: Number.parseFloat((pin as HTMLElement).style.left),
        y: Number.parseFloat((pin as HTMLElement).style.top),
      })),
    )
    expect(places).toHaveLength(9)
    let isNearestItsOwn = 0
    for (const one of places) {
      const [nearest] = places
        .filter((other) => other !== one)
        .sort((a, b) => Math.hypot(a.x - one.x, a.y - one.y) - Math.hypot(b.x - one.x, b.y - one.y))
      if (subjectOf(nearest!.name) === subjectOf(one.name)) isNearestItsOwn++
    }
    expect(isNearestItsOwn).toBeGreaterThanOrEqual(8)
  })

  it('the matrix is lightest on its diagonal and symmetric, and puts like beside like', async () => {
    const { page } = visitor
    await page.getByRole('tab', { name: 'Matrix' }).click()
    await page.getByLabel('by likeness').check()
    await page.getByText('Point at a cell').waitFor()
    const light = await page.locator('.matrix canvas').evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height)
      return Array.from({ length: height }, (_, row) =>
        Array.from({ length: width }, (_, column) => {
          const at = (row * width + column) * 4
          return data[at]! + data[at + 1]!
        }),
      )
    })
    expect(light).toHaveLength(9)
    for (const [row, cells] of light.entries()) {
      expect(Math.max(...cells)).toBe(cells[row])
      for (const [column, value] of cells.entries()) expect(value).toBe(light[column]![row])
    }
    // Three blocks of three: inside them it is lighter than outside, everywhere.
    const inside: number[] = []
    const outside: number[] = []
    for (let row = 0; row < 9; row++) {
      for (let column = 0; column < 9; column++) {
        const isInside = Math.floor(row / 3) === Math.floor(column / 3)
        ;(isInside ? inside : outside).push(light[row]![column]!)
      }
    }
    expect(Math.min(...inside)).toBeGreaterThan(Math.max(...outside))
  })

  it('near-duplicates follow the threshold', async () => {
    const { page } = visitor
    await page.getByRole('tab', { name: 'Duplicates' }).click()
    const slider = page.getByLabel('Cosine of at least')
    const sets = page.locator('.duplicates .row-list > li')
    await slider.fill('0.8')
    await page.getByText('3 sets of near-duplicates; 6 pictures could go.').waitFor()
    for (const set of await sets.all()) {
      const names = await set
        .getByRole('img')
        .evaluateAll((all) => all.map((image) => image.getAttribute('alt')))
      expect(names).toHaveLength(3)
      expect(new Set(names.map((name) => subjectOf(name ?? ''))).size).toBe(1)
    }
    await slider.fill('1')
    await page.getByText(/^No pair reaches 1\.000\. The nearest has 0\.\d{3,4}:/).waitFor()
    expect(await sets.count()).toBe(0)
    await page.getByRole('button', { name: 'Show that pair' }).click()
    await page.getByText(/^\d sets? of near-duplicates/).waitFor()
  })

  it('groups are the three pictures with their copies', async () => {
    const { page } = visitor
    await page.getByRole('tab', { name: 'Groups' }).click()
    await page.getByText('3 groups part these pictures best.').waitFor()
    for (const group of await page.locator('.groups .row-list > li').all()) {
      const names = await group
        .getByRole('img')
        .evaluateAll((all) => all.map((image) => image.getAttribute('alt')))
      expect(new Set(names.map((name) => subjectOf(name ?? ''))).size).toBe(1)
    }
    await page.getByRole('slider', { name: /^Groups/ }).fill('9')
    await page.getByText('On their own 9 pictures').waitFor()
    await page.getByRole('button', { name: '3 fit best' }).click()
    await page.getByText('On their own').waitFor({ state: 'detached' })
  })
})
