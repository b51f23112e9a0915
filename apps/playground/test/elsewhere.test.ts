import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { samplePng } from '@pixvec/core/testing'
import { staticSite } from '@pixvec/gateway'
import { startTestGateway, type TestGateway } from '@pixvec/gateway/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyPlayground } from '../folder.js'
import { hasChromium, launchChromium } from './browser.js'
import { type RunningPlayground, startPlayground } from './start-playground.js'
import { textOf } from './visitor.js'

let site: TestGateway
let server: RunningPlayground
let browser: Browser
let folder: string

beforeAll(async () => {
  if (!hasChromium) return
  folder = mkdtempSync(join(tmpdir(), 'pixvec-elsewhere-'))
  await copyPlayground(join(folder, 'playground'))
  site = await startTestGateway({ plugins: [staticSite({ folder })] })
  server = await startPlayground({ origins: [site.url] })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
  await server?.close()
  if (folder) rmSync(folder, { recursive: true })
})

describe.skipIf(!hasChromium)('a copy on a site that is no Pixvec server, in Chromium', () => {
  it('asks for the address of a server and works with that', async () => {
    // The site of this test is held to the server's own policy, which a site of documents does not have.
    const page = await browser.newPage({ bypassCSP: true })
    await page.goto(`${site.url}/playground/index.html`)
    await page.getByText(`Start a server with PIXVEC_CORS_ORIGINS=${site.url}`).waitFor()
    await page.getByLabel('Address of your server').fill(`${server.url}/`)
    await page.getByLabel('Key', { exact: true }).fill(server.key)
    await page.getByRole('button', { name: 'Connect' }).click()
    await page.getByText('Connected. Model').waitFor()
    await page
      .getByLabel('Choose pictures')
      .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from(await samplePng()) })
    await page.getByText('1 picture.', { exact: true }).waitFor()
    expect(await textOf(page.locator('pre'))).toContain(`${server.url}/imgembed`)
  })

  it('says which setting lets it in where the server does not', async () => {
    const stranger = await startPlayground()
    const page = await browser.newPage({ bypassCSP: true })
    await page.goto(`${site.url}/playground/index.html`)
    await page.getByLabel('Address of your server').fill(stranger.url)
    await page.getByLabel('Key', { exact: true }).fill(stranger.key)
    await page.getByRole('button', { name: 'Connect' }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: `PIXVEC_CORS_ORIGINS=${site.url}` })
      .waitFor()
    await stranger.close()
  })
})
