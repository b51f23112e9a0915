import { afterEach, expect, test } from 'vitest'
import { bearerAuth } from './plugins/bearer-auth.js'
import { startTestGateway, type TestGateway } from './testing/start-test-gateway.js'

let running: TestGateway | undefined
afterEach(async () => {
  await running?.close()
  running = undefined
})

test('says 404 in JSON for an unknown path, with a request id', async () => {
  running = await startTestGateway()
  const answer = await fetch(`${running.url}/nowhere`)
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.headers.get('x-pixvec-error-code')).toBe('NOT_FOUND')
  expect(answer.headers.get('x-request-id')).toMatch(/^[\w.-]{8,64}$/)
  expect(await answer.json()).toEqual({ status: 404, error: expect.stringContaining('/nowhere') })
})

test('refuses a route without a key before its body is read', async () => {
  running = await startTestGateway({
    plugins: [
      bearerAuth({ keys: ['one'] }),
      { name: 'echo', setup: ({ fastify }) => void fastify.post('/echo', async (request) => request.body) },
    ],
  })
  const answer = await fetch(`${running.url}/Echo/?`, { method: 'POST', body: Buffer.alloc(20_000_000) })
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ status: 401 })
})
