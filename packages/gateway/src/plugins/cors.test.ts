import { afterEach, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../testing/index.js'
import { bearerAuth } from './bearer-auth.js'
import { cors } from './cors.js'

const page = 'https://app.example.com'
let running: TestGateway
afterEach(() => running?.close())

const start = async (origins: string[]) => {
  running = await startTestGateway({ plugins: [cors({ origins }), bearerAuth({ keys: ['one'] })] })
}

const preflight = (origin: string) =>
  fetch(`${running.url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-api-key',
    },
  })

test('answers the preflight of a listed origin without a key', async () => {
  await start([page])
  const answer = await preflight(page)
  expect(answer.status).toBe(204)
  expect(answer.headers.get('access-control-allow-origin')).toBe(page)
  expect(answer.headers.get('access-control-allow-methods')).toContain('POST')
  expect(answer.headers.get('access-control-allow-headers')).toBe('content-type,x-api-key')
})

test('lets the page read answers, refusals and their headers', async () => {
  await start([page])
  const refused = await fetch(`${running.url}/graphql`, {
    method: 'POST',
    headers: { origin: page, 'content-type': 'application/json' },
    body: '{"query":"{ models { id } }"}',
  })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('access-control-allow-origin')).toBe(page)
  expect(refused.headers.get('access-control-expose-headers')).toBe(
    'x-request-id, x-pixvec-error-code, retry-after, server-timing',
  )
})

test('says nothing to an origin that is not listed', async () => {
  await start([page])
  expect((await preflight('https://evil.example.com')).headers.has('access-control-allow-origin')).toBe(false)
})

test('does not make unknown paths known', async () => {
  await start([page])
  const unknown = await fetch(`${running.url}/nowhere`, { headers: { origin: page } })
  expect(unknown.status).toBe(404)
  const wrongMethod = await fetch(`${running.url}/graphql`, { method: 'PUT', headers: { origin: page } })
  expect(wrongMethod.status).toBe(405)
  expect(wrongMethod.headers.get('allow')).toBe('GET, POST')
})

test('is off when no origin is listed', async () => {
  await start([])
  const answer = await preflight(page)
  expect(answer.status).toBe(405)
  expect(answer.headers.has('access-control-allow-origin')).toBe(false)
})
