import { samplePng } from '@pixvec/core/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launchChromium } from './browser.js'
import { type RunningPlayground, startPlayground } from './start-playground.js'
import { textOf, visit } from './visitor.js'

let playground: RunningPlayground
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  playground = await startPlayground({ gatewayLimits: { bodyLimitBytes: 100_000 } })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await playground?.close()
})

const picture = async (seed = 1) => ({ name: `${seed}.png`, bytes: await samplePng(16, 16, seed) })

describe.skipIf(!hasChromium)('trouble, in Chromium', () => {
  it.each([
    ['a wrong key', 'not-the-key', 'This API key is not known here.'],
    ['no key', '', 'Expected an API key; none came.'],
    ['a key with a space in it', 'two words', 'key must be visible ASCII without spaces.'],
  ])('%s is said beside the field, and the right one mends it', async (_, key, sentence) => {
    const visitor = await visit(browser, playground)
    const { page } = visitor
    await visitor.drop([await picture()])
    await page.getByLabel('Key', { exact: true }).fill(key)
    await page.getByRole('button', { name: 'Connect' }).click()
    await page.getByRole('alert').filter({ hasText: sentence }).waitFor()
    expect(await page.getByLabel('Key', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    await visitor.connect()
    await visitor.progress('1 picture.')
    await visitor.leave()
  })

  it('the key stays in the memory of the page: not in the address, not in any store, gone after a reload', async () => {
    const visitor = await visit(browser, playground)
    const { page } = visitor
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))
    await visitor.connect()
    await visitor.drop([await picture()])
    await visitor.progress('1 picture.')
    expect(addresses.length).toBeGreaterThan(1)
    expect(addresses.filter((address) => address.includes(playground.key))).toEqual([])
    expect(page.url()).toBe(`${playground.url}/`)
    expect(await textOf(page.locator('pre'))).not.toContain(playground.key)
    const kept = await page.evaluate(async () => [
      document.cookie,
      Object.keys(localStorage),
      Object.keys(sessionStorage),
      await indexedDB.databases(),
      await caches.keys(),
    ])
    expect(kept).toEqual(['', [], [], [], []])
    await page.reload()
    expect(await page.getByLabel('Key', { exact: true }).inputValue()).toBe('')
    await visitor.leave()
  })

  it('a file that is too big or no picture fails alone, with the reason of the server', async () => {
    const visitor = await visit(browser, playground)
    const { page } = visitor
    await visitor.connect()
    await visitor.drop([
      { name: 'huge.png', bytes: new Uint8Array(300_000) },
      await picture(1),
      { name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('no picture') },
      { name: 'more notes.txt', type: 'text/plain', bytes: Buffer.from('no picture either') },
      await picture(2),
    ])
    await visitor.progress('2 pictures, 3 failed.')
    const problems = page.getByRole('alert').filter({ hasText: 'huge.png' })
    await problems
      .filter({ hasText: /huge\.png.*100[,_. ]?000|huge\.png.*100 kB|huge\.png.*0\.1 MB/i })
      .waitFor()
    await problems.filter({ hasText: 'notes.txt, more notes.txt The bytes are no image' }).waitFor()
    await page.getByRole('button', { name: 'Remove failed' }).click()
    await visitor.progress('2 pictures.')
    await visitor.leave()
  })

  it('a server that is gone is said at once, nothing is lost, and it goes on when the server is back', async () => {
    const first = await startPlayground()
    const visitor = await visit(browser, first)
    const { page } = visitor
    await visitor.connect()
    await visitor.drop([await picture(1)])
    await visitor.progress('1 picture.')
    await first.close()
    await visitor.drop([await picture(2), await picture(3)])
    await visitor.progress(/^No answer from .* Is the server running\? 2 wait\.$/)
    const second = await startPlayground({ port: first.port })
    await page.getByRole('button', { name: 'Go on' }).click()
    await visitor.progress('3 pictures.')
    await visitor.leave()
    await second.close()
  })

  it('a key that the server forgets meanwhile stops the work and is said at the key', async () => {
    const visitor = await visit(browser, playground)
    const { page } = visitor
    await visitor.connect()
    await page.getByLabel('Key', { exact: true }).fill('another')
    await visitor.drop([await picture(1), await picture(2)])
    await page.getByRole('alert').filter({ hasText: 'This API key is not known here.' }).waitFor()
    await visitor.connect()
    await visitor.progress('2 pictures.')
    await visitor.leave()
  })
})
