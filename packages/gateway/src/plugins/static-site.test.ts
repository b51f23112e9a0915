import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../testing/index.js'
import { bearerAuth } from './bearer-auth.js'
import { openApi } from './open-api.js'
import { staticSite } from './static-site.js'

const script = `export const greeting = '${'hello '.repeat(200)}'\n`
let parent: string
let running: TestGateway

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'pixvec-site-'))
  const folder = join(parent, 'site')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(parent, 'secret.txt'), 'not for you')
  writeFileSync(join(folder, '.hidden'), 'not for you')
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>A page</title>')
  writeFileSync(join(folder, 'assets/page-Ab3_x-9z.js'), script)
  writeFileSync(join(folder, 'assets/page-Ab3_x-9z.js.br'), brotliCompressSync(script))
  writeFileSync(join(folder, 'assets/page-Ab3_x-9z.js.gz'), gzipSync(script))
  const document = openApi({ version: '1' })
  running = await startTestGateway({
    plugins: [document, bearerAuth({ keys: ['one'] }), staticSite({ folder })],
  })
})

afterAll(async () => {
  await running?.close()
  rmSync(parent, { recursive: true })
})

const get = (path: string, headers: Record<string, string> = {}) => fetch(running.url + path, { headers })

test('gives the page to everybody, under a policy that lets it ask this server alone', async () => {
  const answer = await get('/')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
  expect(await answer.text()).toContain('A page')
  const policy = answer.headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("connect-src 'self'")
  expect(policy).not.toContain('unsafe')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
})

test('everything else still asks for a key', async () => {
  expect((await fetch(`${running.url}/graphql`, { method: 'POST' })).status).toBe(401)
})

test.each([
  ['br', 'br'],
  ['gzip', 'gzip'],
  ['identity', null],
])('to who takes %s a file comes as %s, and is the same file', async (accepted, encoding) => {
  const answer = await get('/assets/page-Ab3_x-9z.js', { 'accept-encoding': accepted })
  expect(answer.headers.get('content-encoding')).toBe(encoding)
  expect(answer.headers.get('content-type')).toMatch(/javascript/)
  expect(await answer.text()).toBe(script)
})

test('a file with a hash in its name is kept for ever, the page is asked for again', async () => {
  const asset = await get('/assets/page-Ab3_x-9z.js')
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  const page = await get('/')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  // Not by fetch, which would ask caches along the way for a fresh one.
  const again = await running.gateway.fastify.inject({
    url: '/',
    headers: { 'if-none-match': page.headers.get('etag')! },
  })
  expect(again.statusCode).toBe(304)
})

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/..%5csecret.txt',
  '/assets/%2e%2e/%2e%2e/secret.txt',
  '/.hidden',
  '/assets',
  '/assets/page-Ab3_x-9z.js.br',
  '/%00',
])('%s gives nothing', async (path) => {
  // As it is on the wire: fetch would tidy the path up.
  const { payload, statusCode } = await running.gateway.fastify.inject({ method: 'GET', url: path })
  expect([400, 403, 404]).toContain(statusCode)
  expect(payload).not.toContain('not for you')
})

test('a wrong method is a 405 in our words, and the files are not in the OpenAPI document', async () => {
  const answer = await fetch(running.url, { method: 'POST' })
  expect(answer.status).toBe(405)
  const document = (await (await get('/openapi.json')).json()) as { paths: object }
  expect(Object.keys(document.paths).filter((path) => path.includes('assets') || path === '/')).toEqual([])
})
