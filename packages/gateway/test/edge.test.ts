import { createEmbedder } from '@pixvec/core'
import { fakeBackend, samplePng } from '@pixvec/core/testing'
import { afterEach, expect, test } from 'vitest'
import type { GatewayPlugin } from '../src/plugin.js'
import { bearerAuth } from '../src/plugins/bearer-auth.js'
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../src/testing/index.js'
import { bodyOf, openRaw } from './raw-http.js'

let running: TestGateway
afterEach(() => running?.close())

const echo: GatewayPlugin = {
  name: 'echo',
  setup({ fastify }) {
    fastify.post('/echo', async (request) => ({ body: request.body }))
    fastify.get('/echo', async () => ({ body: null }))
    fastify.get('/fault', async () => {
      throw new Error('the disk at 0xdeadbeef')
    })
  },
}

async function start(options: TestGatewayOptions = {}) {
  running = await startTestGateway({ plugins: [echo], ...options })
}

/** Headers with an announced length and nothing after them. */
function head(path: string, ...headers: string[]): string {
  return [`POST ${path} HTTP/1.1`, 'Host: test', 'Content-Type: application/json', ...headers, '', ''].join(
    '\r\n',
  )
}

test('answers every failure of the edge as {status, error} with the exact Content-Type', async () => {
  await start({ limits: { bodyLimitBytes: 1_000 } })
  const json = { 'content-type': 'application/json' }
  const cases: [string, RequestInit, number, string][] = [
    ['/nowhere', {}, 404, 'NOT_FOUND'],
    ['/echo', { method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED'],
    ['/echo', { method: 'PROPFIND' }, 405, 'METHOD_NOT_ALLOWED'],
    ['/echo', { method: 'POST', body: '{', headers: json }, 400, 'MALFORMED_REQUEST'],
    ['/echo', { method: 'POST', body: '', headers: json }, 400, 'MALFORMED_REQUEST'],
    ['/echo', { method: 'POST', body: '{"__proto__":{}}', headers: json }, 400, 'MALFORMED_REQUEST'],
    [
      '/echo',
      { method: 'POST', body: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      '/echo',
      { method: 'POST', body: 'a', headers: { 'content-type': 'nonsense' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['/echo', { method: 'POST', body: 'x'.repeat(1_001), headers: json }, 413, 'PAYLOAD_TOO_LARGE'],
    ['/%E0%A4%A', {}, 400, 'MALFORMED_REQUEST'],
    ['/fault', {}, 500, 'INTERNAL'],
  ]
  for (const [path, init, status, code] of cases) {
    const answer = await fetch(running.url + path, init)
    const label = `${init.method ?? 'GET'} ${path} ${code}`
    expect(answer.status, label).toBe(status)
    expect(answer.headers.get('content-type'), label).toBe('application/json')
    expect(answer.headers.get('x-pixvec-error-code'), label).toBe(code)
    expect(answer.headers.get('x-request-id'), label).toMatch(/^[\w.-]{1,64}$/)
    expect(await answer.json(), label).toEqual({ status, error: expect.stringMatching(/\S.{20,}/) })
  }
})

test('names the methods that a path takes', async () => {
  await start()
  const answer = await fetch(`${running.url}/Echo/?a=b`, { method: 'PUT' })
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('GET, HEAD, POST')
})

test('finds a path in any letter case, with a slash or a question mark after it', async () => {
  await start()
  for (const path of ['/echo', '/ECHO', '/Echo/', '/echo?', '/echo/?', '//echo//']) {
    expect((await fetch(running.url + path)).status, path).toBe(200)
  }
})

test('takes over a sane request id and replaces another', async () => {
  await start()
  const idOf = async (id: string) =>
    (await fetch(`${running.url}/echo`, { headers: { 'x-request-id': id } })).headers.get('x-request-id')
  expect(await idOf('trace-1.a_b')).toBe('trace-1.a_b')
  expect(await idOf('spaces are not')).toMatch(/^[0-9a-f-]{36}$/)
  expect(await idOf('x'.repeat(65))).toMatch(/^[0-9a-f-]{36}$/)
})

test('masks a fault of ours and logs it once under the request id', async () => {
  const lines: object[] = []
  await start({ log: { debug() {}, info() {}, warn() {}, error: (fields) => void lines.push(fields) } })
  const answer = await fetch(`${running.url}/fault`, { headers: { 'x-request-id': 'trace-9' } })
  expect(await answer.text()).not.toContain('0xdeadbeef')
  expect(lines).toEqual([
    { requestId: 'trace-9', err: expect.objectContaining({ message: 'the disk at 0xdeadbeef' }) },
  ])
})

test('a client that sends 30 MB before it reads still gets the refusal', async () => {
  await start()
  const answer = await fetch(`${running.url}/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.alloc(30_000_000, 'a'),
  })
  expect(answer.status).toBe(413)
  expect(await answer.json()).toEqual({ status: 413, error: expect.stringMatching(/28000000.*30000000/) })

  // A blocking client: everything is written before anything is read.
  const raw = await openRaw(running.url)
  raw.socket.pause()
  raw.write(head('/echo', 'Content-Length: 30000000'))
  await new Promise<void>((resolve) => raw.socket.write(Buffer.alloc(30_000_000, 'a'), () => resolve()))
  raw.socket.resume()
  const text = await raw.closed
  expect(text).toMatch(/^HTTP\/1\.1 413 /)
  expect(text.toLowerCase()).toContain('connection: close')
  expect(bodyOf(text)).toMatchObject({ status: 413 })
})

test('refuses an announced length over the limit before a byte of the body has come', async () => {
  await start({ limits: { bodyLimitBytes: 1_000 } })
  const raw = await openRaw(running.url)
  raw.write(head('/echo', 'Content-Length: 1001'))
  const text = await raw.until('\r\n\r\n{')
  expect(text).toMatch(/^HTTP\/1\.1 413 /)
  raw.socket.destroy()
})

test('reads no body for a path that nothing serves', async () => {
  await start()
  const raw = await openRaw(running.url)
  raw.write(head('/nowhere', 'Content-Length: 1000000'))
  expect(bodyOf(await raw.until('\r\n\r\n{'))).toMatchObject({ status: 404 })
  raw.socket.destroy()
})

test('refuses a chunked body as soon as it is over the limit', async () => {
  await start({ limits: { bodyLimitBytes: 1_000 } })
  const raw = await openRaw(running.url)
  raw.write(head('/echo', 'Transfer-Encoding: chunked'))
  raw.write(`3e8\r\n${'a'.repeat(1000)}\r\n`)
  raw.write(`1\r\na\r\n`)
  const text = await raw.until('\r\n\r\n{')
  expect(text).toMatch(/^HTTP\/1\.1 413 /)
  raw.write('0\r\n\r\n')
  expect(bodyOf(await raw.closed)).toMatchObject({ status: 413 })
})

test('asks for a body with 100 Continue only when it will read it', async () => {
  await start({ limits: { bodyLimitBytes: 1_000 } })
  const refused = await openRaw(running.url)
  refused.write(head('/echo', 'Content-Length: 2000', 'Expect: 100-continue'))
  const text = await refused.closed
  expect(text).toMatch(/^HTTP\/1\.1 413 /)

  const taken = await openRaw(running.url)
  taken.write(head('/echo', 'Content-Length: 2', 'Connection: close', 'Expect: 100-continue'))
  await taken.until('100 Continue')
  taken.write('{}')
  expect(bodyOf(await taken.closed)).toEqual({ body: {} })
})

test('refuses a body that does not fit beside those in flight, and takes it when they are done', async () => {
  await start({ limits: { bodyLimitBytes: 1_000, bodyBudgetBytes: 1_500 } })
  const first = await openRaw(running.url)
  first.write(head('/echo', 'Content-Length: 1000', 'Expect: 100-continue', 'Connection: close'))
  await first.until('100 Continue')

  const body = JSON.stringify('a'.repeat(600))
  const post = () =>
    fetch(`${running.url}/echo`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  const refused = await post()
  expect(refused.status).toBe(503)
  expect(refused.headers.get('x-pixvec-error-code')).toBe('OVERLOADED')
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ status: 503, error: expect.stringContaining('1500') })

  first.write(`"${'b'.repeat(998)}"`)
  await first.closed
  expect((await post()).status).toBe(200)
})

test('refuses an image for which there is no place before it comes, and takes what is no image', async () => {
  let letRun = () => {}
  const gate = new Promise<void>((resolve) => (letRun = resolve))
  const embedder = await createEmbedder({ backend: fakeBackend({ gate }), limits: { maxQueue: 1 } })
  await start({ plugins: [bearerAuth({ keys: ['one'] })], embedder })
  const key = 'X-API-Key: one'
  const img = Buffer.from(await samplePng()).toString('base64')
  const ask = (query: string, variables = {}) =>
    fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'one' },
      body: JSON.stringify({ query, variables }),
    })
  const first = ask('query ($img: String!) { embedImage(img: $img) { dimension } }', { img })
  await expect.poll(() => embedder.stats().admitted).toBe(1)

  const raw = await openRaw(running.url)
  raw.write(head('/graphql', 'Content-Length: 900000', key))
  expect(await raw.until('"code":"OVERLOADED"')).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 1/)
  // Its body comes all the same, and the connection goes on to the next request.
  letRun()
  expect((await first).status).toBe(200)
  raw.write(Buffer.alloc(900_000, ' '))
  raw.write(
    `GET /graphql?query={models{id}} HTTP/1.1\r\nHost: test\r\n${key}\r\nApollo-Require-Preflight: 1\r\n\r\n`,
  )
  await raw.until('"models":')
  raw.socket.destroy()
  await embedder.close()
})

test('cuts off a sender that dawdles with its headers', async () => {
  await start({ limits: { headersTimeoutMs: 100 } })
  const raw = await openRaw(running.url)
  raw.write('POST /echo HTTP/1.1\r\nHost: test\r\nX-Slow: ')
  const text = await raw.closed
  expect(text).toMatch(/^HTTP\/1\.1 408 /)
  expect(text).toContain('Content-Type: application/json\r\n')
  expect(bodyOf(text)).toEqual({ status: 408, error: expect.stringContaining('too long') })
})

test('cuts off a sender that dawdles with its body', async () => {
  await start({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 150 } })
  const raw = await openRaw(running.url)
  raw.write(head('/echo', 'Content-Length: 100'))
  raw.write('{"slow":')
  const text = await raw.closed
  expect(text).toMatch(/^HTTP\/1\.1 408 /)
  expect(text).toContain('x-pixvec-error-code: REQUEST_TIMEOUT')
  expect(bodyOf(text)).toMatchObject({ status: 408 })
})

test('answers broken HTTP and oversized headers in JSON', async () => {
  await start()
  const garbage = await openRaw(running.url)
  garbage.write('\u0016\u0003\u0001 this is not HTTP\r\n\r\n')
  expect(bodyOf(await garbage.closed)).toMatchObject({ status: 400 })

  const oversized = await openRaw(running.url)
  oversized.write(`GET /echo HTTP/1.1\r\nHost: test\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`)
  expect(bodyOf(await oversized.closed)).toEqual({ status: 400, error: expect.stringContaining('16 KiB') })
})

test('closes connections over the limit at once', async () => {
  await start({ limits: { maxConnections: 1 } })
  const first = await openRaw(running.url)
  const second = await openRaw(running.url)
  expect(await second.closed).toBe('')
  first.write('GET /echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n')
  expect(await first.closed).toMatch(/^HTTP\/1\.1 200 /)
})
