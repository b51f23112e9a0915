import { expect, test } from 'vitest'
import { silentLog, toFastifyLog } from './fastify-log.js'

test('hands a pino-like logger on as it is', () => {
  const pinoLike = { ...silentLog, fatal() {}, trace() {}, child: () => pinoLike }
  expect(toFastifyLog(pinoLike)).toBe(pinoLike)
})

test('wraps a plain log: children keep their bindings, errors and bare strings find their place', () => {
  const lines: unknown[] = []
  const log = toFastifyLog({ ...silentLog, info: (fields, message) => void lines.push([fields, message]) })
  const failure = new Error('broken')
  const child = log.child({ requestId: 'a' }).child({ step: 1 })
  child.info({ more: true }, 'with fields')
  child.info('alone')
  child.info(failure, 'failed')
  expect(lines).toEqual([
    [{ requestId: 'a', step: 1, more: true }, 'with fields'],
    [{ requestId: 'a', step: 1 }, 'alone'],
    [{ requestId: 'a', step: 1, err: failure }, 'failed'],
  ])
})
