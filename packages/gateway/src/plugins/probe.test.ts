import { InternalError, OverloadedError } from '@pixvec/core'
import { expect, test } from 'vitest'
import { createProbe } from './probe.js'

function probeOf(run: (signal: AbortSignal) => Promise<unknown>, timeoutMs = 1_000) {
  const time = { now: 0 }
  const probe = createProbe({ intervalMs: 10_000, timeoutMs, clock: () => time.now, run })
  return { probe, time }
}

test('a success is remembered for the interval, then proved again', async () => {
  let runs = 0
  const { probe, time } = probeOf(async () => runs++)
  expect(await probe.check()).toBeUndefined()
  time.now = 9_999
  expect(await probe.check()).toBeUndefined()
  expect(runs).toBe(1)
  time.now = 10_000
  expect(await probe.check()).toBeUndefined()
  expect(runs).toBe(2)
})

test('all who ask at the same time share one run', async () => {
  let runs = 0
  const { probe } = probeOf(async () => runs++)
  await Promise.all([probe.check(), probe.check(), probe.check()])
  expect(runs).toBe(1)
})

test('a failure is told and not remembered', async () => {
  const failures = [new InternalError('session'), new Error('unknown')]
  const { probe } = probeOf(async () => {
    const failure = failures.shift()
    if (failure) throw failure
  })
  expect(await probe.check()).toBe('INTERNAL')
  expect(await probe.check()).toBe('INTERNAL')
  expect(await probe.check()).toBeUndefined()
})

test('a success of somebody else counts', async () => {
  const { probe, time } = probeOf(async () => {
    throw new InternalError('never asked')
  })
  time.now = 5_000
  probe.noteSuccess()
  time.now = 14_999
  expect(await probe.check()).toBeUndefined()
  time.now = 15_000
  expect(await probe.check()).toBe('INTERNAL')
})

test('a failure of somebody else is a reason to ask again, whatever worked before', async () => {
  let runs = 0
  const { probe } = probeOf(async () => runs++)
  probe.noteSuccess()
  probe.noteFailure()
  expect(await probe.check()).toBeUndefined()
  expect(runs).toBe(1)
})

test('a full queue is busy as long as something came out of it lately, and broken after that', async () => {
  const { probe, time } = probeOf(async () => {
    throw new OverloadedError('full', 1)
  })
  expect(await probe.check()).toBe('OVERLOADED')
  probe.noteSuccess()
  time.now = 59_999
  expect(await probe.check()).toBeUndefined()
  time.now = 60_000
  expect(await probe.check()).toBe('OVERLOADED')
})

test('a run that hangs has failed after its time, and is told to stop', async () => {
  let aborted = false
  const { probe } = probeOf(
    (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted = true
        })
      }),
    20,
  )
  expect(await probe.check()).toBe('no answer within 20 ms')
  expect(aborted).toBe(true)
})
