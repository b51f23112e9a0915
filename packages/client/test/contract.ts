import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type ClientOptions,
  cosineSimilarity,
  createClient,
  PixvecApiError,
  PixvecConnectionError,
  PixvecTimeoutError,
} from '@pixvec/client'
import { builtInModel, openModelFolder } from '@pixvec/core'
import { samplePng, tinyFolder } from '@pixvec/core/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { fakeClock } from './fake-clock.js'
import { type ServerOptions, startServer, type TestServer } from './start-server.js'

const text = (value: string) => new TextEncoder().encode(value)
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** What a client promises over any transport, against a real server over HTTP. */
export function clientContract(transport: 'rest' | 'graphql'): void {
  describe(`a client by ${transport}`, () => {
    let shared: TestServer
    let png: Uint8Array

    beforeAll(async () => {
      shared = await startServer({
        embedLimits: { maxPixels: 10_000 },
        gatewayLimits: { bodyLimitBytes: 100_000 },
      })
      png = await samplePng(16, 16, 1)
    })
    afterAll(() => shared.close())

    const clientOf = (server: TestServer, options: Partial<ClientOptions> = {}) =>
      createClient({ baseUrl: server.url, key: server.key, transport, ...options })

    /** A server of the test's own. */
    const start = async (options: ServerOptions) => {
      const server = await startServer(options)
      onTestFinished(() => server.close())
      return server
    }

    const refusal = async (promise: Promise<unknown>) => {
      const error = await promise.then(
        () => expect.unreachable('the call succeeded'),
        (thrown: unknown) => thrown,
      )
      if (!PixvecApiError.isInstance(error)) throw error
      return error
    }

    it('gives the same vector for bytes, Blob, base64 and data URI', async () => {
      const client = clientOf(shared)
      const { embedding } = await client.embedImage(png)
      expect(embedding).toBeInstanceOf(Float32Array)
      const others = [
        Buffer.from(png),
        new Blob([Buffer.from(png)]),
        base64(png),
        `data:image/png;base64,${base64(png)}`,
      ]
      for (const image of others) expect((await client.embedImage(image)).embedding).toEqual(embedding)
    })

    it('gives unit vectors of 512 numbers, or of 1024 when asked; the 512 are the first of the 1024', async () => {
      const client = clientOf(shared)
      const byDefault = await client.embedImage(png)
      const short = await client.embedImage(png, { dimension: 512 })
      const long = await client.embedImage(png, { dimension: 1024 })
      expect([byDefault.dimension, short.dimension, long.dimension]).toEqual([512, 512, 1024])
      expect(short.embedding).toEqual(byDefault.embedding)
      expect(long.embedding.length).toBe(1024)
      expect(Math.hypot(...long.embedding)).toBeCloseTo(1, 5)
      expect(cosineSimilarity(short.embedding, long.embedding.subarray(0, 512))).toBeCloseTo(1, 6)
    })

    it('says where a vector comes from and under which request id', async () => {
      const client = clientOf(shared)
      const before = Math.floor(Date.now() / 1000) * 1000
      const [first, second] = [await client.embedImage(png), await client.embedImage(png)]
      const [model] = await client.models()
      expect(first.model).toBe(model?.id)
      expect(first.revision).toBe(transport === 'graphql' ? model?.revision : undefined)
      expect(first.id).toMatch(/^[0-9A-F]{10}$/)
      expect(first.created.getTime()).toBeGreaterThanOrEqual(before)
      expect(first.created.getTime()).toBeLessThanOrEqual(Date.now())
      expect(first.totalInputTokens).toBe(model?.inputTokens)
      expect(first.totalOutputTokens).toBe(1)
      expect(first.requestId).toMatch(/\S/)
      expect(second.requestId).not.toBe(first.requestId)
    })

    it('asks the model that is named, alone, in a list and in a stream', async () => {
      const tiny = await openModelFolder(tinyFolder({ facts: { id: 'tiny' } }))
      const server = await startServer({ models: [{ bundle: builtInModel() }, { bundle: tiny }] })
      onTestFinished(() => server.close())
      const client = clientOf(server)
      const loaded = await client.models()
      expect(loaded.map(({ id }) => id)).toEqual([builtInModel().manifest.id, 'tiny'])
      expect(loaded.map(({ defaultFor }) => defaultFor)).toEqual([builtInModel().manifest.dimensions, []])

      const named = await client.embedImage(png, { model: 'tiny' })
      expect([named.model, named.dimension]).toEqual(['tiny', 16])
      expect((await client.embedImage(base64(png), { model: 'tiny' })).embedding).toEqual(named.embedding)
      expect((await client.embedImage(png)).model).toBe(loaded[0]!.id)
      const [listed] = await client.embedImages([png], { model: 'tiny' })
      expect(listed).toMatchObject({ ok: true, value: { model: 'tiny' } })
      for await (const result of client.embedMany([png], { model: 'tiny' })) {
        expect(result).toMatchObject({ ok: true, value: { model: 'tiny' } })
      }
      const error = await refusal(client.embedImage(png, { model: 'huge' }))
      expect(error).toMatchObject({ code: 'UNKNOWN_MODEL', status: 400, retryable: false })
    })

    it('lists the models', async () => {
      expect(await clientOf(shared).models()).toMatchObject([
        { defaultDimension: 512, dimensions: [512, 1024] },
      ])
    })

    it.each([
      ['bytes that are no image', text('not an image'), 'UNDECODABLE_IMAGE', 400],
      [
        'a format that is not read',
        text('<svg xmlns="http://www.w3.org/2000/svg"/>'),
        'UNSUPPORTED_FORMAT',
        415,
      ],
      ['nothing at all', new Uint8Array(), 'MISSING_IMAGE', 400],
      ['an empty string', '', 'MISSING_IMAGE', 400],
      ['a string that is not base64', '*** no base64 ***', 'INVALID_BASE64', 400],
      ['an address', 'https://example.test/cat.jpg', 'URL_INPUT_DISABLED', 400],
      ['a body over the limit', new Uint8Array(200_000), 'PAYLOAD_TOO_LARGE', 413],
    ])('names its refusal of %s', async (_name, image, code, status) => {
      const error = await refusal(clientOf(shared).embedImage(image))
      expect(error).toMatchObject({ code, status, retryable: false })
      expect(error.message.length).toBeGreaterThan(20)
      expect(error.requestId).toMatch(/\S/)
    })

    it('names its refusal of a truncated image, of one with too many pixels, and of a size not given', async () => {
      const client = clientOf(shared)
      const codes = [
        await refusal(client.embedImage(png.subarray(0, png.length - 100))),
        await refusal(client.embedImage(await samplePng(101, 100))),
        await refusal(client.embedImage(png, { dimension: 7 })),
      ].map(({ code, status }) => [code, status])
      expect(codes).toEqual([
        ['UNDECODABLE_IMAGE', 400],
        ['IMAGE_TOO_LARGE', 413],
        ['INVALID_DIMENSION', 400],
      ])
    })

    it.each([
      ['a wrong key', 'wrong'],
      ['no key', undefined],
    ])('is refused with %s, once', async (_name, key) => {
      const clock = fakeClock()
      const error = await refusal(clientOf(shared, { key, clock }).embedImage(png))
      expect(error).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 })
      expect(error.requestId).toMatch(/\S/)
      expect(clock.waits).toEqual([])
    })

    it('tells a fault of the server by its request id, and nothing of its inside', async () => {
      const server = await start({ backend: { failWith: () => new Error('secret detail') } })
      const error = await refusal(clientOf(server, { maxRetries: 0 }).embedImage(png))
      expect(error).toMatchObject({ code: 'INTERNAL', status: 500, retryable: true })
      expect(error.message).not.toContain('secret')
      expect(error.requestId).toMatch(/\S/)
    })

    it('repeats a call after a passing fault', async () => {
      let faults = 2
      const server = await start({
        backend: { failWith: () => (faults-- > 0 ? new Error('passing') : undefined) },
      })
      const clock = fakeClock()
      expect((await clientOf(server, { clock }).embedImage(png)).dimension).toBe(512)
      expect(clock.waits.length).toBe(2)
    })

    it('waits out an overload as long as the server asks, then succeeds', async () => {
      const { server, begun, open } = await gated({ maxQueue: 1 })
      const first = clientOf(server).embedImage(png)
      await begun
      const error = await refusal(clientOf(server, { maxRetries: 0 }).embedImage(png))
      expect(error).toMatchObject({ code: 'OVERLOADED', status: 503, retryable: true })
      expect(error.retryAfterMs).toBeGreaterThan(0)

      const clock = fakeClock()
      const sleep = clock.sleep
      clock.sleep = async (ms, signal) => {
        if (ms === 60_000) return sleep(ms, signal)
        open()
        await first
        return sleep(ms, signal)
      }
      const second = await clientOf(server, { clock }).embedImage(png)
      expect(second.embedding).toEqual((await first).embedding)
      expect(clock.waits.length).toBe(1)
      expect(clock.waits[0]).toBeGreaterThanOrEqual(error.retryAfterMs ?? Number.NaN)
    })

    it("gives up a call on its way with the signal's reason, and the next call is served", async () => {
      const { server, begun, open } = await gated()
      const caller = new AbortController()
      const answer = clientOf(server).embedImage(png, { signal: caller.signal })
      await begun
      const reason = new Error('the user went away')
      caller.abort(reason)
      await expect(answer).rejects.toBe(reason)
      open()
      expect((await clientOf(server).embedImage(png)).dimension).toBe(512)
    })

    it('gives up an attempt that takes too long', async () => {
      const { server, begun, open } = await gated()
      const clock = fakeClock()
      const answer = clientOf(server, { clock, maxRetries: 0 }).embedImage(png)
      const failed = expect(answer).rejects.toSatisfy(PixvecTimeoutError.isInstance)
      await begun
      clock.expire()
      await failed
      open()
    })

    it('says that nobody answers when the server is gone', async () => {
      const server = await startServer()
      await server.close()
      const answer = clientOf(server, { clock: fakeClock() }).embedImage(png)
      await expect(answer).rejects.toSatisfy(PixvecConnectionError.isInstance)
    })

    it('embeds many, each with its own result, and counts them', async () => {
      const images = [png, text('not an image'), await samplePng(16, 16, 2), '***', png]
      const seen: { done: number; failed: number; total: number }[] = []
      const results = await clientOf(shared).embedImages(images, {
        dimension: 1024,
        concurrency: 2,
        onProgress: (progress) => seen.push(progress),
      })
      const told = results.map((result) => {
        if (result.ok) return result.value.dimension
        return PixvecApiError.isInstance(result.error) ? result.error.code : result.error
      })
      expect(told).toEqual([1024, 'UNDECODABLE_IMAGE', 1024, 'INVALID_BASE64', 1024])
      expect(seen.length).toBe(5)
      expect(seen.at(-1)).toEqual({ done: 5, failed: 2, total: 5 })
    })

    it('says where the time of the server went', async () => {
      const { timings } = await clientOf(shared).embedImage(png)
      if (!timings) throw new Error('the server told no timings')
      const { batchSize, totalMs, ...steps } = timings
      expect(Object.keys(steps)).toEqual(['queueMs', 'decodeMs', 'resizeMs', 'inferenceMs'])
      expect(batchSize).toBe(1)
      expect(totalMs).toBeGreaterThan(0)
      // Rounded to hundredths on the REST wire.
      for (const ms of Object.values(steps)) expect(ms).toBeLessThanOrEqual(totalMs + 0.01)
    })

    it('gives the same vector for a file on disk', async () => {
      const path = join(await mkdtemp(join(tmpdir(), 'pixvec-contract-')), 'picture.png')
      onTestFinished(() => rm(dirname(path), { recursive: true }))
      await writeFile(path, png)
      const client = clientOf(shared)
      const { embedding } = await client.embedImage(png)
      expect((await client.embedImage({ path })).embedding).toEqual(embedding)
    })

    it('streams many, each with its own result, and goes on where it was left', async () => {
      const images = [png, text('not an image'), await samplePng(16, 16, 2), '***', png]
      const client = clientOf(shared)
      const told = new Map<number, unknown>()
      let resumeKey: string | undefined
      for (let sitting = 0; sitting < images.length; sitting++) {
        for await (const result of client.embedMany(images, { concurrency: 2, dimension: 1024, resumeKey })) {
          expect(result.item).toBe(images[result.index])
          expect(told.has(result.index)).toBe(false)
          const code = !result.ok && PixvecApiError.isInstance(result.error) && result.error.code
          told.set(result.index, result.ok ? result.value.dimension : code)
          resumeKey = result.resumeKey
          break
        }
      }
      expect([0, 1, 2, 3, 4].map((index) => told.get(index))).toEqual([
        1024,
        'UNDECODABLE_IMAGE',
        1024,
        'INVALID_BASE64',
        1024,
      ])
      expect(resumeKey).toBe('5')
    })

    it('slows a list down to the rate of its key, and loses no image', async () => {
      // The limiter reads Date; real timers keep HTTP going.
      vi.useFakeTimers({ toFake: ['Date'] })
      onTestFinished(() => void vi.useRealTimers())
      const server = await start({ imagesPerMinute: 2 })
      const timeoutMs = 50_000
      const clock = fakeClock(timeoutMs)
      const { sleep } = clock
      clock.now = Date.now
      clock.sleep = (ms, signal) => {
        if (ms !== timeoutMs) vi.setSystemTime(Date.now() + ms)
        return sleep(ms, signal)
      }
      const images = Array.from({ length: 5 }, () => png)
      const results = await clientOf(server, { clock, timeoutMs }).embedImages(images, { concurrency: 1 })
      expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true, true])
      // Two images, a minute, two images, a minute, one image.
      expect(clock.waits.length).toBe(2)
      for (const ms of clock.waits) expect(ms).toBeGreaterThan(58_000)
    })

    it('gives up what is on its way, and begins nothing, when many are aborted', async () => {
      const { server, begun, open } = await gated()
      const caller = new AbortController()
      const images = Array.from({ length: 6 }, () => png)
      const seen: number[] = []
      const all = clientOf(server).embedImages(images, {
        concurrency: 2,
        signal: caller.signal,
        onProgress: ({ failed }) => seen.push(failed),
      })
      await begun
      caller.abort('enough')
      expect(await all).toEqual(images.map((_, index) => ({ ok: false, index, error: 'enough' })))
      expect(seen.at(-1)).toBe(6)
      open()
    })

    /** A server whose session waits until `open` is called; `begun` resolves when an image has reached it. */
    async function gated(embedLimits: ServerOptions['embedLimits'] = {}) {
      let open = () => {}
      let begin = () => {}
      const gate = new Promise<void>((resolve) => {
        open = resolve
      })
      const begun = new Promise<void>((resolve) => {
        begin = resolve
      })
      const server = await start({ backend: { gate, onRun: () => begin() }, embedLimits })
      // Opened before the server closes, which waits for what it has accepted.
      onTestFinished(() => open())
      return { server, begun, open }
    }
  })
}
