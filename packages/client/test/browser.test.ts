import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type * as Pixvec from '@pixvec/client'
import { createClient } from '@pixvec/client'
import { samplePng } from '@pixvec/core/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../scripts/bundle.mjs'
import { hasChromium, launchChromium } from './chromium.js'
import { startServer, type TestServer } from './start-server.js'

// Names of the page, for the functions that run there.
declare const pixvec: typeof Pixvec

let server: TestServer
let site: Awaited<ReturnType<typeof startSite>>
let browser: Browser
let page: Page
const requested: string[] = []

/** A page of another origin than the server's, with the client as a script. */
async function startSite() {
  const script = await bundle(fileURLToPath(new URL('consumer/everything.ts', import.meta.url)), 'iife')
  const html =
    '<!doctype html><title>A page</title><input type="file" multiple><script src="/client.js"></script>'
  const http = createServer(({ url }, response) => {
    const isScript = url === '/client.js'
    response.writeHead(url === '/favicon.ico' ? 404 : 200, {
      'content-type': isScript ? 'text/javascript' : 'text/html',
      'content-security-policy': "default-src 'self'; connect-src http://127.0.0.1:*",
    })
    response.end(isScript ? script : html)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

beforeAll(async () => {
  if (!hasChromium) return
  site = await startSite()
  server = await startServer({ origins: [site.origin], gatewayLimits: { bodyLimitBytes: 100_000 } })
  browser = await launchChromium()
  page = await browser.newPage()
  page.on('request', (request) => requested.push(new URL(request.url()).hostname))
  await page.goto(site.origin)
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await site?.close()
})

describe.skipIf(!hasChromium)('in Chromium, from a page of another origin', () => {
  it.each(['rest', 'graphql'] as const)(
    'gives by %s the bits that Node gets, for a dropped File, a Blob, bytes and a data URI',
    async (transport) => {
      const options = { baseUrl: server.url, key: server.key, transport }
      const png = await samplePng(16, 16, 1)
      const { embedding } = await createClient(options).embedImage(png)
      await page
        .locator('input')
        .setInputFiles({ name: 'cat.png', mimeType: 'image/png', buffer: Buffer.from(png) })
      const inPage = await page.evaluate(async (options) => {
        const file = document.querySelector('input')?.files?.[0]
        if (!file) throw new Error('no file')
        const bytes = new Uint8Array(await file.arrayBuffer())
        const dataUri = await new Promise<string>((resolve) => {
          const reader = new FileReader()
          reader.onload = () => resolve(String(reader.result))
          reader.readAsDataURL(file)
        })
        const client = pixvec.createClient(options)
        const results: { bits: number[]; requestId: unknown; totalMs: unknown }[] = []
        for (const image of [file, new Blob([bytes]), bytes, bytes.buffer, dataUri]) {
          const result = await client.embedImage(image)
          results.push({
            bits: [...new Uint32Array(result.embedding.buffer)],
            requestId: result.requestId,
            totalMs: result.timings?.totalMs,
          })
        }
        return results
      }, options)
      const bits = [...new Uint32Array(embedding.buffer)]
      expect(inPage.length).toBe(5)
      for (const result of inPage) {
        expect(result).toEqual({
          bits,
          requestId: expect.stringMatching(/\S/),
          totalMs: expect.any(Number),
        })
      }
    },
  )

  it('streams a list of files, each with its own result, and goes on where it was left', async () => {
    const options = { baseUrl: server.url, key: server.key }
    const files = await Promise.all(
      [1, 2, 3, 4].map(async (seed) => ({
        name: `${seed}.png`,
        mimeType: 'image/png',
        buffer: Buffer.from(await samplePng(16, 16, seed)),
      })),
    )
    files[2] = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') }
    await page.locator('input').setInputFiles(files)
    const told = await page.evaluate(async (options) => {
      const files = document.querySelector('input')?.files
      if (!files) throw new Error('no files')
      const client = pixvec.createClient(options)
      const told: string[] = []
      let resumeKey: string | undefined
      for (let sitting = 0; sitting < 2; sitting++) {
        for await (const result of client.embedMany(files, { resumeKey, concurrency: 2 })) {
          const error = !result.ok && pixvec.PixvecApiError.isInstance(result.error) && result.error.code
          told.push(`${result.item.name} ${result.ok ? result.value.dimension : error}`)
          resumeKey = result.resumeKey
          if (sitting === 0 && told.length === 2) break
        }
      }
      return told
    }, options)
    expect(told.sort()).toEqual(['1.png 512', '2.png 512', '4.png 512', 'notes.txt UNDECODABLE_IMAGE'])
  })

  it('reads refusals with their code and request id, and names what a page cannot have', async () => {
    const told = await page.evaluate(
      async ({ url, key }) => {
        const failure = (promise: Promise<unknown>) =>
          promise.then(
            () => 'it went well',
            (error: Error) =>
              pixvec.PixvecApiError.isInstance(error)
                ? `${error.code} ${error.status} ${typeof error.requestId}`
                : `${error.name}: ${error.message}`,
          )
        const client = pixvec.createClient({ baseUrl: url, key, maxRetries: 0 })
        return [
          await failure(client.embedImage(new Blob(['no picture']))),
          await failure(client.embedImage(new Uint8Array(200_000))),
          await failure(pixvec.createClient({ baseUrl: url, key: 'wrong' }).embedImage(new Blob(['a']))),
          await failure(client.embedImage({ path: 'cat.png' })),
          await failure(client.embedImage(new Blob(['a']), { signal: AbortSignal.abort(new Error('left')) })),
          // A port of nobody's.
          await failure(
            pixvec.createClient({ baseUrl: 'http://127.0.0.1:9', maxRetries: 0 }).embedImage(new Blob(['a'])),
          ),
        ]
      },
      { url: server.url, key: server.key },
    )
    expect(told).toEqual([
      'UNDECODABLE_IMAGE 400 string',
      'PAYLOAD_TOO_LARGE 413 string',
      'UNAUTHENTICATED 401 string',
      'TypeError: There are no paths here. Pass a File, a Blob or the bytes.',
      'Error: left',
      expect.stringMatching(/^PixvecConnectionError: No answer from http:\/\/127\.0\.0\.1:9\/imgembed/),
    ])
  })

  it('asks nothing of any other host', () => {
    expect([...new Set(requested)]).toEqual(['127.0.0.1'])
  })
})
