import { createEmbedder, type EmbeddingResponse, PixvecError, RateLimitedError } from '@pixvec/core'
import { fakeBackend, samplePng } from '@pixvec/core/testing'
import { bearerAuth, type GatewayPlugin } from '@pixvec/gateway'
import { startTestGateway } from '@pixvec/gateway/testing'
import { describe, expect, it } from 'vitest'
import { restCompat } from '../src/index.js'
import { image, img, key, postJson, readFailure, startRest } from './start-rest.js'

/** A gate for the fake backend that tells when a run waits at it. */
function createGate() {
  let open = () => {}
  let arrive = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  return { backend: { gate, onRun: () => arrive() }, arrived, open }
}

describe('trouble', () => {
  it('answers overload with 503 and Retry-After, and the accepted image with 200', async () => {
    const { backend, arrived, open } = createGate()
    const rest = await startRest({ backend, embedLimits: { maxQueue: 1 } })
    const accepted = postJson(rest.endpoint, { img, key })
    await arrived
    const refused = await postJson(rest.endpoint, { img, key })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await readFailure(refused)).toMatchObject({ status: 503, code: 'OVERLOADED' })
    open()
    expect((await accepted).status).toBe(200)
    await rest.close()
  })

  it('answers what is in flight when the server shuts down', async () => {
    const { backend, arrived, open } = createGate()
    const rest = await startRest({ backend })
    const inFlight = postJson(rest.endpoint, { img, key })
    await arrived
    const closed = rest.close()
    open()
    expect((await inFlight).status).toBe(200)
    await closed
  })

  it('answers an image that outlasts its time with 504', async () => {
    const { backend, open } = createGate()
    const rest = await startRest({ backend, embedLimits: { timeoutMs: 50 } })
    expect(await readFailure(await postJson(rest.endpoint, { img, key }))).toMatchObject({
      status: 504,
      code: 'DEADLINE_EXCEEDED',
    })
    open()
    await rest.close()
  })

  it('hides a fault of ours behind 500', async () => {
    const rest = await startRest({ backend: { failWith: () => new Error('secret detail of the session') } })
    const failure = await readFailure(await postJson(rest.endpoint, { img, key }))
    expect(failure).toMatchObject({ status: 500, code: 'INTERNAL' })
    expect(failure.error).not.toContain('secret')
    await rest.close()
  })

  it('answers a rate limit of a plugin with 429 and Retry-After', async () => {
    const limit: GatewayPlugin = {
      name: 'strict',
      wrapEmbed: () => async () => {
        throw new RateLimitedError('One image a minute; a second came. Wait.', 1500)
      },
    }
    const rest = await startRest({ plugins: [limit] })
    const response = await postJson(rest.endpoint, { img })
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await readFailure(response)).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
    await rest.close()
  })

  it('tells plugins who calls, whatever place the key came in', async () => {
    const callers: (string | undefined)[] = []
    const spy: GatewayPlugin = {
      name: 'spy',
      wrapEmbed: (next) => (request, call) => {
        callers.push(`${call.transport} ${call.caller?.id}`)
        return next(request, call)
      },
    }
    const rest = await startRest({ plugins: [bearerAuth({ keys: [key] }), spy] })
    await postJson(rest.endpoint, { img }, { 'x-api-key': key })
    await postJson(`${rest.endpoint}?key=${key}`, { img })
    await postJson(rest.endpoint, { img, key })
    expect(callers[0]).toMatch(/^rest key-/)
    expect(new Set(callers)).toHaveLength(1)
    expect(callers).toHaveLength(3)
    await rest.close()
  })

  it('keeps many mixed requests at once apart', async () => {
    const rest = await startRest()
    const images = await Promise.all(
      [1, 2, 3, 4].map(async (seed) => Buffer.from(await samplePng(8, 8, seed))),
    )
    const alone = await Promise.all(images.map((bytes) => embed(bytes, 'json')))
    const kinds = ['json', 'form', 'multipart', 'broken'] as const
    const mixed = await Promise.all(
      Array.from({ length: 48 }, (_, i) => embed(images[i % 4]!, kinds[Math.floor(i / 4) % 4]!)),
    )
    for (const [i, outcome] of mixed.entries()) {
      expect(outcome).toEqual(kinds[Math.floor(i / 4) % 4] === 'broken' ? 400 : alone[i % 4])
    }
    await rest.close()

    async function embed(bytes: Buffer, kind: 'json' | 'form' | 'multipart' | 'broken') {
      const text = bytes.toString('base64')
      const multipart = new FormData()
      multipart.append('file', new Blob([bytes]))
      multipart.append('key', key)
      const body = {
        json: JSON.stringify({ img: text, key }),
        form: new URLSearchParams({ img: text, key }),
        multipart,
        broken: '{"img":',
      }[kind]
      const response =
        typeof body === 'string'
          ? postJson(rest.endpoint, body)
          : fetch(rest.endpoint, { method: 'POST', body })
      const answer = (await (await response).json()) as EmbeddingResponse | PixvecError
      return 'embedding' in answer ? answer.embedding : answer.status
    }
  })

  it('takes an image of the largest size as base64', async () => {
    const embedder = await createEmbedder({ backend: fakeBackend() })
    const started = await startTestGateway({ embedder, plugins: [bearerAuth({ keys: [key] }), restCompat()] })
    // Bytes behind a PNG's end are ignored by decoders.
    const padded = Buffer.concat([image, Buffer.alloc(embedder.limits.maxImageBytes - image.length)])
    const response = await postJson(`${started.url}/imgembed`, { img: padded.toString('base64'), key })
    expect(response.status).toBe(200)
    const over = Buffer.concat([padded, Buffer.alloc(1)]).toString('base64')
    const failure = await readFailure(await postJson(`${started.url}/imgembed`, { img: over, key }))
    expect(failure).toMatchObject({ status: 413, code: 'IMAGE_TOO_LARGE' })
    await started.close()
    await embedder.close()
  })
})
