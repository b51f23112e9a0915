import { createHash } from 'node:crypto'
import type { Log } from '@pixvec/core'
import { afterEach, expect, test } from 'vitest'
import { readJson } from '../../test/read-json.js'
import type { GatewayPlugin } from '../plugin.js'
import { startTestGateway, type TestGateway } from '../testing/index.js'
import { bearerAuth } from './bearer-auth.js'

const key = 'secret-key-one'
let running: TestGateway
afterEach(() => running?.close())

/** Says who the caller is, on a route of each kind. */
const whoAmI: GatewayPlugin = {
  name: 'who-am-i',
  setup({ fastify, authenticate }) {
    const who = (caller: unknown) => ({ caller: caller ?? null })
    fastify.post('/header', async (request) => who(request.caller))
    fastify.post('/route', { config: { auth: 'route' } }, async (request) => who(request.caller))
    fastify.post('/none', { config: { auth: 'none' } }, async (request) => who(request.caller))
    fastify.post<{ Body: { key?: string } }>('/body', { config: { auth: 'route' } }, async (request) =>
      who(request.caller ?? authenticate(request.body.key)),
    )
  },
}

async function start(log?: Log) {
  const auth = bearerAuth({ keys: [key, 'blocked-key'], blockedKeys: ['blocked-key'] })
  running = await startTestGateway({ plugins: [auth, whoAmI], ...(log && { log }) })
}

async function post(path: string, headers: Record<string, string> = {}, body: object = {}) {
  const answer = await fetch(running.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: answer.status, headers: answer.headers, body: await readJson(answer) }
}

const id = `key-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`

test('lets a known key in and names its caller by hash', async () => {
  await start()
  expect((await post('/header', { authorization: `Bearer ${key}` })).body).toEqual({ caller: { id } })
})

test('says what is wrong with a missing, an unknown and a blocked key, and never repeats it', async () => {
  await start()
  const missing = await post('/header')
  const unknown = await post('/header', { 'x-api-key': 'not-a-known-key' })
  const blocked = await post('/header', { 'x-api-key': 'blocked-key' })
  for (const answer of [missing, unknown, blocked]) {
    expect(answer.status).toBe(401)
    expect(answer.headers.get('x-pixvec-error-code')).toBe('UNAUTHENTICATED')
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="pixvec"')
  }
  expect(missing.body.error).toContain('none came')
  expect(unknown.body.error).toContain('not known')
  expect(unknown.body.error).not.toContain('not-a-known-key')
  expect(blocked.body.error).toContain('blocked')
})

test('looks at Bearer, then X-API-Key, then WWW-Authenticate, and leaves other schemes alone', async () => {
  await start()
  const wrong = 'wrong-key'
  const statusOf = async (headers: Record<string, string>) => (await post('/header', headers)).status
  expect(await statusOf({ authorization: `Bearer ${key}`, 'x-api-key': wrong })).toBe(200)
  expect(await statusOf({ authorization: `Bearer ${wrong}`, 'x-api-key': key })).toBe(401)
  expect(await statusOf({ 'x-api-key': key, 'www-authenticate': wrong })).toBe(200)
  expect(await statusOf({ 'www-authenticate': key })).toBe(200)
  expect(await statusOf({ authorization: `Basic ${key}` })).toBe(401)
})

test('leaves the key to routes that find it themselves, and asks for none where none is needed', async () => {
  await start()
  expect((await post('/route')).body).toEqual({ caller: null })
  expect((await post('/route', { 'x-api-key': 'wrong-key' })).body).toEqual({ caller: null })
  expect((await post('/route', { 'x-api-key': 'blocked-key' })).body).toEqual({ caller: null })
  expect((await post('/route', { 'x-api-key': key })).body).toEqual({ caller: { id } })
  expect((await post('/none')).body).toEqual({ caller: null })
  expect((await post('/body', {}, { key })).body).toEqual({ caller: { id } })
  expect((await post('/body', {}, { key: 'wrong-key' })).status).toBe(401)
  expect((await post('/body')).status).toBe(401)
})

test('an unknown path is unknown, key or not', async () => {
  await start()
  expect((await post('/nowhere')).status).toBe(404)
})

test('no key is ever logged, wherever it stood', async () => {
  const lines: string[] = []
  const write = (fields: object, message: string) => void lines.push(JSON.stringify([fields, message]))
  await start({ debug: write, info: write, warn: write, error: write })
  await post(`/header?key=${key}`, { 'x-api-key': key })
  await post(`/nowhere?key=${key}`, { authorization: `Bearer ${key}` })
  await post('/body', {}, { key })
  await fetch(`${running.url}/%E0%A4%A?key=${key}`)
  expect(lines.join('\n')).not.toContain(key)
})

test('an empty list of keys, or an empty key, is an error at once', () => {
  expect(() => bearerAuth({ keys: [] })).toThrow('at least one key')
  expect(() => bearerAuth({ keys: ['a', ' '] })).toThrow('at least one key')
})
