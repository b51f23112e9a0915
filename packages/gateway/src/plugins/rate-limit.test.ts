import { samplePng } from '@pixvec/core/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readJson } from '../../test/read-json.js'
import type { GatewayPlugin } from '../plugin.js'
import { startTestGateway, type TestGateway } from '../testing/index.js'
import { bearerAuth } from './bearer-auth.js'
import { rateLimit } from './rate-limit.js'

let running: TestGateway
// The limiter reads Date; real timers keep HTTP going.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(async () => {
  vi.useRealTimers()
  await running?.close()
})

const embedRoute: GatewayPlugin = {
  name: 'embed-route',
  setup({ fastify, embed, callContext }) {
    fastify.post('/embed', async (request) => {
      const image = await samplePng()
      const { model } = await embed({ image }, callContext(request, { transport: 'rest' }))
      return { model }
    })
  },
}

const embed = (key: string) =>
  fetch(`${running.url}/embed`, { method: 'POST', headers: { 'x-api-key': key } })

test('refuses a caller over its images a minute, says how long to wait, and lets the others be', async () => {
  running = await startTestGateway({
    plugins: [bearerAuth({ keys: ['one', 'two'] }), rateLimit({ imagesPerMinute: 2 }), embedRoute],
  })
  expect((await embed('one')).status).toBe(200)
  expect((await embed('one')).status).toBe(200)
  vi.setSystemTime(Date.now() + 20_500)

  const refused = await embed('one')
  expect(refused.status).toBe(429)
  expect(refused.headers.get('x-pixvec-error-code')).toBe('RATE_LIMITED')
  expect(refused.headers.get('retry-after')).toBe('40')
  expect(await refused.json()).toEqual({ status: 429, error: expect.stringContaining('2 images a minute') })
  expect((await embed('two')).status).toBe(200)

  vi.setSystemTime(Date.now() + 40_000)
  expect((await embed('one')).status).toBe(200)
})

test('counts the images of a list one by one and says so in GraphQL', async () => {
  running = await startTestGateway({
    plugins: [bearerAuth({ keys: ['one'] }), rateLimit({ imagesPerMinute: 2 })],
  })
  const img = Buffer.from(await samplePng()).toString('base64')
  const ask = async (query: string) => {
    const answer = await fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'one' },
      body: JSON.stringify({ query, variables: { i: img } }),
    })
    return readJson(answer)
  }
  const list = await ask(
    'query ($i: String!) { embedImages(imgs: [$i, $i, $i]) { __typename ... on EmbeddingError { code } } }',
  )
  expect(list.data.embedImages).toEqual([
    { __typename: 'Embedding' },
    { __typename: 'Embedding' },
    { __typename: 'EmbeddingError', code: 'RATE_LIMITED' },
  ])
  const single = await ask('query ($i: String!) { embedImage(img: $i) { id } }')
  expect(single.errors[0].extensions).toMatchObject({ code: 'RATE_LIMITED', status: 429, retryable: true })
  expect(single.errors[0].extensions.retryAfterMs).toBeGreaterThan(50_000)
})

test('needs auth before it', async () => {
  await expect(startTestGateway({ plugins: [rateLimit({ imagesPerMinute: 1 })] })).rejects.toThrow(
    'Plugin "rate-limit" requires "auth"',
  )
  expect(() => rateLimit({ imagesPerMinute: 0 })).toThrow('must be positive')
})
