import { expect, test } from 'vitest'
import { createLog } from './log.js'

const key = 'pixvec_3f9-a-secret"key'

function logged(work: (log: ReturnType<typeof createLog>) => void, level = 'info'): string {
  const lines: string[] = []
  work(createLog({ level, secrets: [key, 'b'], write: (line) => lines.push(line) }))
  return lines.join('')
}

test('writes one JSON object a line, with level, time and message', () => {
  const line = logged((log) => log.info({ requestId: 'r-1' }, 'request'))
  expect(JSON.parse(line)).toMatchObject({
    level: 'info',
    name: 'pixvec',
    requestId: 'r-1',
    msg: 'request',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  })
})

test.each([
  [
    'a header of a request',
    { req: { headers: { authorization: `Bearer ${key}` }, method: 'POST', url: '/' } },
  ],
  ['bare headers', { headers: { 'x-api-key': key, 'www-authenticate': 'other-secret' } }],
  ['headers one level down', { request: { headers: { 'x-api-key': 'other-secret' } } }],
  ['the query of a request', { req: { method: 'GET', url: '/imgembed?key=other-secret&dimension=512' } }],
  ['the query in any text', { text: 'GET /imgembed?dimension=512&key=other-secret failed' }],
  ['a field of any name', { note: { deep: [`it was ${key}`] } }],
  ['an error', { err: new Error(`no such key: ${key}`) }],
])('keeps keys out of %s', (_, fields) => {
  const text = logged((log) => log.error(fields, 'something'))
  expect(text).toContain('something')
  expect(text).not.toContain('other-secret')
  expect(text).not.toContain(JSON.stringify(key).slice(1, -1))
})

test('keeps keys out of messages and leaves short ones to the fields: they would blank every line', () => {
  const text = logged((log) => log.info({}, `about ${key}`))
  expect(text).toContain('about [redacted]')
})

test('writes nothing below its level', () => {
  expect(logged((log) => log.info({}, 'hidden'), 'warn')).toBe('')
})
