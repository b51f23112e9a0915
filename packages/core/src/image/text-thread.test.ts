import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { createTextThread, type TextJob } from './text-thread.js'

const job = (): TextJob => ({
  memory: new ArrayBuffer(8),
  start: 0,
  end: 8,
  spelling: 'plain',
  maxImageBytes: 100,
})

const program = (onMessage: string) =>
  new Worker(
    `const { parentPort } = require('node:worker_threads'); parentPort.on('message', ${onMessage})`,
    {
      eval: true,
    },
  )
const ends = () => program('() => process.exit(1)')
const throws = () => program('() => { throw new Error("broken") }')
const answers = () =>
  program(
    `({ id, memory }) => parentPort.postMessage({ id, memory, outcome: { kind: 'decoded', image: Buffer.from([id]) } }, [memory])`,
  )

test.each([
  ['ends', ends],
  ['throws', throws],
])('fails all who wait when the thread %s, and starts another for the next', async (_name, first) => {
  const starts = [first, answers]
  const decode = createTextThread(() => starts.shift()!())
  const lost = await Promise.allSettled([decode(job()), decode(job())])
  expect(lost).toMatchObject([
    { status: 'rejected', reason: { code: 'INTERNAL' } },
    { status: 'rejected', reason: { code: 'INTERNAL' } },
  ])
  const { outcome, memory } = await decode(job())
  expect(outcome).toMatchObject({ kind: 'decoded' })
  expect(memory.byteLength).toBe(8)
})

test('gives each answer to whom it belongs, and starts one thread for all', async () => {
  let started = 0
  const decode = createTextThread(() => {
    started++
    return answers()
  })
  const outcomes = await Promise.all([decode(job()), decode(job()), decode(job())])
  expect(outcomes.map(({ outcome }) => outcome.kind === 'decoded' && outcome.image[0])).toEqual([1, 2, 3])
  expect(started).toBe(1)
})

test('moves the memory instead of copying it', async () => {
  const decode = createTextThread(answers)
  const { memory, ...rest } = job()
  const answer = decode({ memory, ...rest })
  expect(memory.byteLength).toBe(0)
  expect((await answer).memory.byteLength).toBe(8)
})
