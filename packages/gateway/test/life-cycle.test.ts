import { createEmbedder } from '@pixvec/core'
import { fakeBackend, samplePng } from '@pixvec/core/testing'
import { afterEach, expect, test, vi } from 'vitest'
import type { GatewayPlugin } from '../src/plugin.js'
import { health } from '../src/plugins/health.js'
import { startTestGateway, type TestGateway } from '../src/testing/index.js'
import { bodyOf, openRaw } from './raw-http.js'

const eventually = (expectation: () => void) => vi.waitFor(expectation, { timeout: 20_000, interval: 5 })

let running: TestGateway
afterEach(() => running?.close())

/** Embeds the sample image at POST /embed, and says when an image is being worked on. */
function embedRoute(): GatewayPlugin {
  return {
    name: 'embed-route',
    setup({ fastify, embed, callContext }) {
      fastify.post('/embed', async (request) => {
        const image = await samplePng()
        const { vector } = await embed({ image }, callContext(request, { transport: 'rest' }))
        return { length: vector.length }
      })
    },
  }
}

/** A backend whose runs wait until the test opens the gate. */
async function gated() {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const embedder = await createEmbedder({ backend: fakeBackend({ gate }), maxBatchSize: 1 })
  return { embedder, open }
}

const query = JSON.stringify({ query: '{ models { id } }' })
const postQuery = (url: string) =>
  fetch(`${url}/graphql`, { method: 'POST', body: query, headers: { 'content-type': 'application/json' } })

test('goes from starting over ready to closed', async () => {
  running = await startTestGateway()
  expect(running.gateway.phase()).toBe('ready')
  await running.gateway.close()
  expect(running.gateway.phase()).toBe('closed')
})

test('while draining answers what is accepted, refuses what is new, then closes', async () => {
  const { embedder, open } = await gated()
  const closed: string[] = []
  const closing = (name: string): GatewayPlugin => ({
    name,
    close: async () => void closed.push(`${name} ${running.gateway.phase()}`),
  })
  running = await startTestGateway({
    embedder,
    plugins: [closing('first'), health(), embedRoute(), closing('last')],
  })
  const kept = await openRaw(running.url)
  kept.write('GET /health/live HTTP/1.1\r\nHost: test\r\n\r\n')
  await kept.until('{"status":"ok"}')

  const accepted = fetch(`${running.url}/embed`, { method: 'POST' })
  await eventually(() => expect(embedder.stats().admitted).toBe(1))
  const done = running.gateway.close()
  expect(running.gateway.phase()).toBe('draining')

  const refused = await fetch(`${running.url}/embed`, { method: 'POST' })
  expect(refused.status).toBe(503)
  expect(refused.headers.get('x-pixvec-error-code')).toBe('SHUTTING_DOWN')
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(refused.headers.get('connection')).toBe('close')
  expect(refused.headers.get('content-type')).toBe('application/json')
  expect(await refused.json()).toEqual({ status: 503, error: expect.stringContaining('shutting down') })

  const graphql = await postQuery(running.url)
  expect(graphql.status).toBe(503)
  expect(await graphql.json()).toMatchObject({
    errors: [{ extensions: { code: 'SHUTTING_DOWN', status: 503, retryable: true, retryAfterMs: 1000 } }],
  })

  expect((await fetch(`${running.url}/health/live`)).status).toBe(200)
  const ready = await fetch(`${running.url}/health/ready`)
  expect(ready.status).toBe(503)
  expect(ready.headers.get('x-pixvec-error-code')).toBe('SHUTTING_DOWN')

  kept.write('POST /embed HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n')
  expect(bodyOf(await kept.closed)).toMatchObject({ status: 503 })

  expect(closed).toEqual([])
  open()
  const answer = await accepted
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ length: 512 })
  await done
  expect(closed).toEqual(['last closed', 'first closed'])
  await expect(fetch(`${running.url}/health/live`)).rejects.toThrow()
  await embedder.close()
})

test('a drain ends after its time even when a request does not', async () => {
  const { embedder, open } = await gated()
  const warnings: string[] = []
  running = await startTestGateway({
    embedder,
    plugins: [embedRoute()],
    limits: { drainTimeoutMs: 50 },
    log: { debug() {}, info() {}, error() {}, warn: (_fields, message) => void warnings.push(message) },
  })
  const stuck = fetch(`${running.url}/embed`, { method: 'POST' }).catch(() => 'cut off')
  await eventually(() => expect(embedder.stats().admitted).toBe(1))
  await running.gateway.close()
  expect(await stuck).toBe('cut off')
  expect(warnings).toEqual([expect.stringMatching(/50 ms with 1 request/)])
  open()
  await embedder.close()
})

test('closing twice is closing once', async () => {
  running = await startTestGateway()
  await Promise.all([running.gateway.close(), running.gateway.close()])
  expect(running.gateway.phase()).toBe('closed')
})

test('callers that hang up leave nothing in the queue', async () => {
  const { embedder, open } = await gated()
  const signals: AbortSignal[] = []
  const spy: GatewayPlugin = {
    name: 'spy',
    wrapEmbed: (next) => (request, call) => {
      signals.push(call.signal)
      return next(request, call)
    },
  }
  running = await startTestGateway({ embedder, plugins: [spy, embedRoute()] })
  const controller = new AbortController()
  const img = Buffer.from(await samplePng()).toString('base64')
  const storm = Array.from({ length: 30 }, (_, i) =>
    i % 2
      ? fetch(`${running.url}/embed`, { method: 'POST', signal: controller.signal })
      : fetch(`${running.url}/graphql`, {
          method: 'POST',
          signal: controller.signal,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            query: 'query ($i: String!) { embedImages(imgs: [$i, $i]) { __typename } }',
            variables: { i: img },
          }),
        }),
  )
  const ends = Promise.allSettled(storm)
  await eventually(() => expect(embedder.stats().admitted).toBe(45))
  controller.abort()
  await ends
  // One image is in the session's hands and cannot be called back; the others are gone at once.
  await eventually(() => expect(embedder.stats()).toEqual({ admitted: 1, queued: 0 }))
  expect(signals).toHaveLength(45)
  expect(signals.every((signal) => signal.aborted)).toBe(true)
  open()
  await eventually(() => expect(embedder.stats().admitted).toBe(0))
  const after = await fetch(`${running.url}/embed`, { method: 'POST' })
  expect(after.status).toBe(200)
  await running.close()
  await embedder.close()
})

test('an answered call is not aborted, and no listener stays on a kept connection', async () => {
  const signals: AbortSignal[] = []
  const sockets = new Set<{ listenerCount(event: string): number }>()
  running = await startTestGateway({
    plugins: [
      {
        name: 'spy',
        setup({ fastify }) {
          fastify.get('/spy', async (request) => {
            signals.push(request.hungUp)
            sockets.add(request.raw.socket)
            return {}
          })
        },
      },
    ],
  })
  const kept = await openRaw(running.url)
  const counts: number[] = []
  for (let i = 1; i <= 20; i++) {
    kept.write(`GET /spy HTTP/1.1\r\nHost: test\r\nX-Request-Id: call-${i}\r\n\r\n`)
    await kept.until(`x-request-id: call-${i}\r\n`)
    const [socket] = sockets
    counts.push(socket!.listenerCount('close') + socket!.listenerCount('error'))
  }
  expect(sockets.size).toBe(1)
  expect(new Set(counts).size).toBe(1)
  kept.socket.end()
  await kept.closed
  expect(signals.some((signal) => signal.aborted)).toBe(false)
})
