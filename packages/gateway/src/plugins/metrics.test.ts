import { samplePng } from '@pixvec/core/testing'
import { afterEach, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../testing/index.js'
import { bearerAuth } from './bearer-auth.js'
import { metrics } from './metrics.js'

let running: TestGateway
afterEach(() => running?.close())

async function scrape(headers: Record<string, string> = {}) {
  const answer = await fetch(`${running.url}/metrics`, { headers })
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
}

const query = `query ($imgs: [String!]!) { embedImages(imgs: $imgs) { __typename } }`

test('counts requests and images by transport and code, and times every step in seconds', async () => {
  running = await startTestGateway({ plugins: [metrics()] })
  const img = Buffer.from(await samplePng()).toString('base64')
  await fetch(`${running.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { imgs: [img, img, 'AAAA'] } }),
  })
  await fetch(`${running.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { imgs: Array(33).fill(img) } }),
  })
  await fetch(`${running.url}/nowhere`)

  const { status, type, text } = await scrape()
  expect(status).toBe(200)
  expect(type).toContain('text/plain')
  for (const line of [
    'pixvec_requests_total{transport="graphql",code="OK"} 1',
    'pixvec_requests_total{transport="graphql",code="TOO_MANY_IMAGES"} 1',
    'pixvec_requests_total{transport="other",code="NOT_FOUND"} 1',
    'pixvec_images_total{transport="graphql",code="OK"} 2',
    'pixvec_images_total{transport="graphql",code="UNDECODABLE_IMAGE"} 1',
    'pixvec_decode_seconds_count 2',
    'pixvec_resize_seconds_count 2',
    'pixvec_queue_seconds_count 2',
    'pixvec_inference_seconds_count 2',
    'pixvec_total_seconds_count 2',
    'pixvec_total_seconds_bucket{le="30"} 2',
    'pixvec_batch_size_count 2',
    'pixvec_queue_depth 0',
    'pixvec_images_in_flight 0',
    `pixvec_model_info{model="${running.embedder.model.id}",revision="${running.embedder.model.revision}"} 1`,
  ]) {
    expect(text).toContain(`${line}\n`)
  }
  expect(text).toContain('process_cpu_seconds_total')
})

test('two gateways in one process count apart', async () => {
  running = await startTestGateway({ plugins: [metrics()] })
  const other = await startTestGateway({ plugins: [metrics()] })
  await fetch(`${other.url}/nowhere`)
  expect((await scrape()).text).not.toContain('NOT_FOUND')
  await other.close()
})

test('asks for a key where it is told to', async () => {
  running = await startTestGateway({ plugins: [bearerAuth({ keys: ['one'] }), metrics({ access: 'key' })] })
  expect((await scrape()).status).toBe(401)
  expect((await scrape({ 'x-api-key': 'one' })).status).toBe(200)
})

test('is open otherwise', async () => {
  running = await startTestGateway({ plugins: [bearerAuth({ keys: ['one'] }), metrics()] })
  expect((await scrape()).status).toBe(200)
})
