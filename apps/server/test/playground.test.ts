import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
// The Chromium of the client's tests: one place says where it is and how it is started.
import { hasChromium, launchChromium } from '../../../packages/client/test/chromium.js'
import { type RunningServer, startServer } from './server.js'

const running: RunningServer[] = []
let browser: Browser | undefined

async function serve(env: NodeJS.ProcessEnv = {}): Promise<RunningServer> {
  const server = await startServer({ env })
  running.push(server)
  return server
}

beforeAll(async () => {
  if (hasChromium) browser = await launchChromium()
})
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL')
})
afterAll(() => browser?.close())

test('PIXVEC_UI=off serves no page, no script, and says nothing of one', async () => {
  const server = await serve({ PIXVEC_UI: 'off' })
  expect(server.stdout()).not.toContain('in a browser')
  for (const path of ['/', '/index.html', '/mark.svg']) {
    const answer = await fetch(server.url + path)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toBe('application/json')
  }
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200)
})

test('by default the page is served to everybody, and everything behind it still asks for the key', async () => {
  const server = await serve()
  const page = await fetch(server.url)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await page.text()).not.toContain(server.key!)
  expect((await fetch(`${server.url}/imgembed`, { method: 'POST' })).status).toBe(401)
  const { plugins } = JSON.parse(server.stderr().match(/^.*"msg":"Ready".*$/m)![0]) as { plugins: string[] }
  expect(plugins.at(-1)).toBe('playground')
})

test('the page adds nothing to the OpenAPI document', async () => {
  const server = await serve()
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: object }
  const committed = JSON.parse(
    readFileSync(new URL('../../../packages/rest-compat/openapi.json', import.meta.url), 'utf8'),
  ) as { paths: object }
  expect(Object.keys(document.paths).filter((path) => /html|assets|^\/$|svg/.test(path))).toEqual([])
  expect(Object.keys(committed.paths).every((path) => path in document.paths)).toBe(true)
})

describe.skipIf(!hasChromium)('a newcomer, in Chromium', () => {
  it('opens the address that the banner names, pastes the key that it shows, and sees neighbours', async () => {
    const server = await serve()
    const [, address] = server.stdout().match(/^Open (\S+) in a browser and paste the key:/m)!
    const page = await browser!.newPage()
    page.setDefaultTimeout(90_000)
    await page.goto(address!)
    await page.getByLabel('Key', { exact: true }).fill(server.key!)
    await page.keyboard.press('Enter')
    await page.getByText('Connected. Model').waitFor()
    await page.getByRole('button', { name: 'Start with the samples' }).click()
    await page.getByText('36 pictures.', { exact: true }).waitFor()
    await page.getByRole('option', { name: /houses-1\.jpg/ }).click()
    const [first] = await page
      .getByRole('list', { name: 'Nearest to houses-1.jpg' })
      .getByRole('button')
      .all()
    expect(await first!.textContent()).toMatch(/^houses-[23]\.jpg/)
  }, 180_000)
})
