import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { RunningPlayground } from './start-playground.js'

/** Somebody who looks at the playground in a browser profile of their own. */
export interface Visitor {
  readonly page: Page
  /** Hosts that the browser asked, and what the page must not do: errors, and breaches of its policy. */
  readonly hosts: Set<string>
  readonly faults: string[]
  /** Types the key and waits until the server has answered. */
  connect(): Promise<void>
  /** Drops files onto the page, as from a file manager. */
  drop(files: readonly DroppedFile[]): Promise<void>
  /** Waits for a sentence of the progress line. */
  progress(text: string | RegExp): Promise<void>
  /** How much the page has moved by itself since it was opened: 0 is not at all. */
  layoutShift(): Promise<number>
  /** Fails when the page did something that it must not. Closes it. */
  leave(): Promise<void>
}

export interface DroppedFile {
  readonly name: string
  readonly type?: string
  readonly bytes: Uint8Array
}

declare global {
  interface Window {
    seen: { shift: number; faults: string[] }
  }
}

export async function visit(
  browser: Browser,
  { url, key }: Pick<RunningPlayground, 'url' | 'key'>,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options })
  const page = await context.newPage()
  // Cores are shared with the server, its model and whatever else runs.
  page.setDefaultTimeout(150_000)
  const hosts = new Set<string>()
  const faults: string[] = []
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol !== 'blob:' && protocol !== 'data:') hosts.add(hostname)
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  await page.addInitScript(() => {
    const seen = { shift: 0, faults: [] as string[] }
    window.seen = seen
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      seen.faults.push(`${violatedDirective} forbids ${blockedURI}`)
    })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number
        hadRecentInput: boolean
      })[]) {
        if (!entry.hadRecentInput) seen.shift += entry.value
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto(url)
  await page.getByRole('heading', { name: 'Pixvec playground' }).waitFor()
  return {
    page,
    hosts,
    faults,
    async connect() {
      await page.getByLabel('Key', { exact: true }).fill(key)
      await page.getByRole('button', { name: 'Connect' }).click()
      await page.getByText('Connected. Model').waitFor()
    },
    async drop(files) {
      const sent = files.map(({ name, type = 'image/png', bytes }) => ({
        name,
        type,
        base64: Buffer.from(bytes).toString('base64'),
      }))
      await page.evaluate((sent) => {
        const dataTransfer = new DataTransfer()
        for (const { name, type, base64 } of sent) {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
          dataTransfer.items.add(new File([bytes], name, { type }))
        }
        const target = document.querySelector('main') as HTMLElement
        for (const kind of ['dragover', 'drop']) {
          target.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }))
        }
      }, sent)
    },
    async progress(text) {
      await page.locator('.progress-row').getByText(text).waitFor()
    },
    layoutShift: () => page.evaluate(() => window.seen.shift),
    async leave() {
      faults.push(...(await page.evaluate(() => window.seen.faults)))
      await context.close()
      expect(faults).toEqual([])
      expect([...hosts]).toEqual(['127.0.0.1'])
    },
  }
}

/** All text of an element, shown or not. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? ''
}
