import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { EmbeddingResponse } from '@pixvec/core'
import { afterEach, expect, test } from 'vitest'
import { freshFolder, pixvec, samples } from './pixvec.js'
import { type RunningServer, startServer } from './server.js'

const image = readFileSync(samples[0]!)
const running: RunningServer[] = []

async function serve(...options: Parameters<typeof startServer>): Promise<RunningServer> {
  const server = await startServer(...options)
  running.push(server)
  return server
}

afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL')
})

const shell = promisify(execFile)
const hasCurl = await shell('curl', ['--version']).then(
  () => true,
  () => false,
)

function imgembed(server: RunningServer, key: string, path = '/imgembed'): Promise<Response> {
  return fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ img: image.toString('base64') }),
  })
}

test.runIf(hasCurl)('the curl line of the banner works as it is, from any folder', async () => {
  const server = await serve()
  const { stdout } = await shell('sh', ['-c', server.curl], { cwd: freshFolder() })
  expect(EmbeddingResponse.parse(JSON.parse(stdout)).embedding).toHaveLength(512)
})

test.runIf(hasCurl)(
  'with keys of the operator, the curl line takes the first from the variable',
  async () => {
    const env = { PIXVEC_API_KEYS: 'key-number-one,key-number-two' }
    const server = await serve({ env })
    expect(server.stdout()).not.toContain('key-number')
    const { stdout } = await shell('sh', ['-c', server.curl], { env: { ...process.env, ...env } })
    expect(JSON.parse(stdout)).toMatchObject({ status: 200 })
  },
)

test('keeps the key that it made in a file of its owner alone, and shows it again at the next start', async () => {
  const env = { XDG_STATE_HOME: freshFolder() }
  const first = await serve({ env })
  const path = join(env.XDG_STATE_HOME, 'pixvec', 'key')
  expect(readFileSync(path, 'utf8').trim()).toBe(first.key)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await first.stop()).toBe(0)
  expect((await serve({ env })).key).toBe(first.key)
})

test('keys of the operator replace the one that the server would make', async () => {
  const env = {
    XDG_STATE_HOME: freshFolder(),
    PIXVEC_API_KEYS: 'key-one,key-two',
    PIXVEC_BLOCKED_KEYS: 'key-two',
  }
  const server = await serve({ env })
  expect(existsSync(join(env.XDG_STATE_HOME, 'pixvec'))).toBe(false)
  expect((await imgembed(server, 'key-one')).status).toBe(200)
  expect((await imgembed(server, 'key-two')).status).toBe(401)
  expect((await imgembed(server, 'key-six')).status).toBe(401)
})

test('serves health, metrics, openapi.json, GraphQL and the legacy wire', async () => {
  const server = await serve()
  const statuses = await Promise.all(
    ['/health/live', '/health/ready', '/metrics', '/openapi.json'].map(async (path) => [
      path,
      (await fetch(server.url + path)).status,
    ]),
  )
  expect(Object.fromEntries(statuses)).toEqual({
    '/health/live': 200,
    '/health/ready': 200,
    '/metrics': 200,
    '/openapi.json': 200,
  })
  const models = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body: JSON.stringify({ query: '{ models { id } }' }),
  })
  expect(await models.json()).toEqual({ data: { models: [{ id: 'pixvec-7' }] } })
  expect((await imgembed(server, server.key!)).status).toBe(200)
})

test.each([
  ['key', 401, 200],
  ['off', 404, 404],
])('PIXVEC_METRICS=%s answers %i without a key and %i with one', async (setting, without, withKey) => {
  const server = await serve({ env: { PIXVEC_METRICS: setting } })
  const headers = { authorization: `Bearer ${server.key}` }
  expect((await fetch(`${server.url}/metrics`)).status).toBe(without)
  expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(withKey)
})

test('PIXVEC_RATE_LIMIT_PER_MINUTE refuses what is over it, with Retry-After', async () => {
  const server = await serve({ env: { PIXVEC_RATE_LIMIT_PER_MINUTE: '1' } })
  expect((await imgembed(server, server.key!)).status).toBe(200)
  const refused = await imgembed(server, server.key!)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('PIXVEC_CORS_ORIGINS lets that page in and no other', async () => {
  const server = await serve({ env: { PIXVEC_CORS_ORIGINS: 'https://app.example' } })
  const preflight = (origin: string) =>
    fetch(`${server.url}/imgembed`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    })
  const allowed = await preflight('https://app.example')
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example')
  const other = await preflight('https://other.example')
  expect(other.headers.get('access-control-allow-origin')).not.toBe('https://other.example')
})

test('PIXVEC_ENV=development switches introspection on, and nothing else does', async () => {
  const ask = async (env: NodeJS.ProcessEnv) => {
    const server = await serve({ env })
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
      body: JSON.stringify({ query: '{ __schema { queryType { name } } }' }),
    })
    return ((await response.json()) as { data?: unknown }).data
  }
  expect(await ask({})).toBeUndefined()
  expect(await ask({ NODE_ENV: 'development' })).toBeUndefined()
  expect(await ask({ PIXVEC_ENV: 'development' })).toEqual({ __schema: { queryType: { name: 'Query' } } })
})

test('writes one line a request, with its id, status, time and transport', async () => {
  const server = await serve()
  const response = await imgembed(server, server.key!)
  await server.said('"msg":"request"')
  const lines = server
    .stderr()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'request')
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'info',
      requestId: response.headers.get('x-request-id'),
      method: 'POST',
      path: '/imgembed',
      status: 200,
      ms: expect.any(Number),
      transport: 'rest',
      images: 1,
      caller: expect.stringMatching(/^key-/),
    }),
  ])
})

test('no key comes into the logs, wherever it was sent and whether it was right', async () => {
  const [right, wrong] = ['right-secret-key', 'wrong-secret-key']
  const server = await serve({ env: { PIXVEC_API_KEYS: right, PIXVEC_LOG_LEVEL: 'trace' } })
  const img = image.toString('base64')
  const json = { 'content-type': 'application/json' }
  for (const key of [right, wrong]) {
    const requests: [string, RequestInit][] = [
      ['/imgembed', { method: 'POST', headers: json, body: JSON.stringify({ img, key }) }],
      [`/imgembed?key=${key}`, { method: 'POST', headers: json, body: JSON.stringify({ img }) }],
      [`/imgembed?img=x&key=${key}`, {}],
      [`/nowhere?key=${key}`, {}],
      [`/imgembed?key=${key}`, { method: 'DELETE' }],
      [`/imgembed?key=${key}`, { method: 'POST', headers: json, body: `{"key":"${key}", broken` }],
      ['/imgembed', { method: 'POST', body: new URLSearchParams({ img, key }) }],
      [
        '/imgembed',
        { method: 'POST', headers: { ...json, 'x-api-key': key }, body: JSON.stringify({ img }) },
      ],
      [
        '/imgembed',
        { method: 'POST', headers: { ...json, 'www-authenticate': key }, body: JSON.stringify({ img }) },
      ],
      [
        '/graphql',
        {
          method: 'POST',
          headers: { ...json, authorization: `Bearer ${key}` },
          body: `{"query":"{ ${key} }"}`,
        },
      ],
    ]
    for (const [path, init] of requests) await (await fetch(server.url + path, init)).arrayBuffer()
  }
  expect(await server.stop()).toBe(0)
  expect(server.stderr().split('"msg":"request"').length - 1).toBe(20)
  expect(server.stderr()).not.toContain('secret-key')
})

test.each([
  ['SIGTERM', 'process'],
  ['SIGINT', 'process'],
  // A terminal sends to every process of the group, decoders and all.
  ['SIGINT', 'group'],
] as const)(
  '%s to the %s: an image that was accepted is answered, then the exit status is 0',
  async (signal, to) => {
    const server = await serve()
    const body = JSON.stringify({ img: image.toString('base64') })
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    const answer = text(socket)
    socket.write(
      `POST /imgembed HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${server.key}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    )
    // "100 Continue" says that the request is accepted; its body comes when the server drains already.
    await once(socket, 'readable')
    const exit = server.stop(signal, to)
    await server.said('draining')
    socket.write(body)
    const [head, json] = (await answer).split('\r\n\r\n').slice(-2)
    expect(head).toMatch(/^HTTP\/1\.1 200 /)
    expect(JSON.parse(json!).embedding).toHaveLength(512)
    expect(await exit).toBe(0)
  },
)

test('a Ctrl-C that arrives twice at once, as under npm start, still drains', async () => {
  const server = await serve()
  server.child.kill('SIGINT')
  expect(await server.stop('SIGINT')).toBe(0)
  expect(server.stderr()).toContain('stopped')
})

test('a port in use is one clear line', async () => {
  const { port } = new URL((await serve()).url)
  expect(await pixvec(['serve', '--port', port])).toEqual({
    code: 1,
    stdout: '',
    stderr: `pixvec: Cannot listen on 127.0.0.1:${port}: the address is in use. Set PIXVEC_PORT or PIXVEC_HOST to another one.\n`,
  })
})

test('an address that this machine has not is one clear line', async () => {
  const { code, stderr } = await pixvec(['serve', '--host', '192.0.2.1', '--port', '0'])
  expect(code).toBe(1)
  expect(stderr).toBe(
    'pixvec: Cannot listen on 192.0.2.1:0: this machine has no such address. Set PIXVEC_PORT or PIXVEC_HOST to another one.\n',
  )
})

test('--port wins over PIXVEC_PORT', async () => {
  const server = await serve({ env: { PIXVEC_PORT: '1' }, words: ['--port', '0'] })
  expect(new URL(server.url).port).not.toBe('1')
})

test('a reader of the banner or of the logs that goes away does not stop the server', async () => {
  const server = await serve()
  server.child.stdout.destroy()
  server.child.stderr.destroy()
  for (let count = 0; count < 3; count++) expect((await imgembed(server, server.key!)).status).toBe(200)
  expect(await server.stop()).toBe(0)
})
