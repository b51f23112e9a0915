import { EventEmitter } from 'node:events'
import type { ModelInfo, ModelToServe } from '@pixvec/core'
import { expect, test } from 'vitest'
import { hangupReloads, watchForReload } from './reload.js'

const info: ModelInfo = {
  id: 'one',
  revision: 'abc',
  dimensions: [16],
  defaultDimension: 16,
  defaultFor: [16],
  inputTokens: 1,
  licence: 'MIT',
  inputSize: 8,
}

function watched(replaceModels: () => Promise<void>) {
  const source = new EventEmitter()
  const lines: { level: string; fields: object; text: string }[] = []
  const line = (level: string) => (fields: object, text: string) => void lines.push({ level, fields, text })
  const watch = watchForReload({
    source,
    find: async () => [] as ModelToServe[],
    embedder: {
      replaceModels: async () => {
        await replaceModels()
        return { loaded: [info], kept: [], retired: [{ ...info, revision: 'old' }] }
      },
    },
    log: { info: line('info'), error: line('error') } as never,
  })
  return { source, lines, watch, hangUp: () => source.emit('SIGHUP', 'SIGHUP') }
}

test('says what it has exchanged', async () => {
  const { lines, watch, hangUp } = watched(async () => {})
  hangUp()
  await watch.settled()
  expect(lines.at(-1)).toMatchObject({
    level: 'info',
    text: 'models read again',
    fields: { loaded: ['one abc'], kept: [], retired: ['one old'] },
  })
})

test('says why nothing was exchanged, and does not fall over it', async () => {
  let isBroken = true
  const { lines, watch, hangUp } = watched(async () => {
    if (isBroken) throw new Error('model.onnx is missing')
  })
  hangUp()
  await watch.settled()
  expect(lines.at(-1)).toMatchObject({ level: 'error', fields: { reason: 'model.onnx is missing' } })
  isBroken = false
  hangUp()
  await watch.settled()
  expect(lines.at(-1)?.level).toBe('info')
})

test('takes all signals that come while it reads as one more time', async () => {
  let times = 0
  let release = () => {}
  const gate = new Promise<void>((resolve) => (release = resolve))
  const { watch, hangUp } = watched(async () => {
    times++
    await gate
  })
  for (let i = 0; i < 5; i++) hangUp()
  release()
  await watch.settled()
  expect(times).toBe(2)
})

test('gives the signal back', () => {
  const { source, watch } = watched(async () => {})
  watch.release()
  expect(source.eventNames()).toEqual([])
})

test('a terminal that closes, and Windows, mean the end and not a reading', () => {
  const [terminal, pipe] = [{ isTTY: true }, {}]
  expect(hangupReloads([pipe, pipe, pipe], 'linux')).toBe(true)
  expect(hangupReloads([pipe, terminal, pipe], 'linux')).toBe(false)
  expect(hangupReloads([pipe, pipe, pipe], 'win32')).toBe(false)
})
