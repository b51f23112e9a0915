import { setMaxListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { InputTensor } from '../inference/backend.js'
import { createBatcher } from './batcher.js'

const never = { caller: 'one', signal: new AbortController().signal }
setMaxListeners(0, never.signal)
const image = (value: number) => Uint8Array.of(value)
const echo = (tensors: readonly InputTensor[]) => tensors.map((tensor) => Float32Array.of(tensor[0]!))

/** A session whose runs end when the test says so. */
function heldSession() {
  const runs: { sizes: number[]; end: () => void }[] = []
  let started = () => {}
  return {
    runs,
    nextRun: () => new Promise<void>((resolve) => (started = resolve)),
    run: (tensors: readonly InputTensor[]) =>
      new Promise<Float32Array[]>((resolve) => {
        runs.push({ sizes: tensors.map((tensor) => tensor[0]!), end: () => resolve(echo(tensors)) })
        started()
      }),
  }
}

describe('the batcher', () => {
  it('runs a lone image at once', async () => {
    const batcher = createBatcher({ run: async (tensors) => echo(tensors), maxBatchSize: 8 })
    const { output, batchSize } = await batcher.submit(image(7), never)
    expect([...output]).toEqual([7])
    expect(batchSize).toBe(1)
  })

  it('groups what waits while the session is busy, up to the most it takes', async () => {
    const session = heldSession()
    const batcher = createBatcher({ run: session.run, maxBatchSize: 3 })
    let next = session.nextRun()
    const first = batcher.submit(image(0), never)
    await next
    const rest = [1, 2, 3, 4].map((value) => batcher.submit(image(value), never))
    expect(batcher.queued()).toBe(4)
    for (const expected of [[0], [1, 2, 3], [4]]) {
      expect(session.runs.at(-1)!.sizes).toEqual(expected)
      next = session.nextRun()
      session.runs.at(-1)!.end()
      if (expected[0] !== 4) await next
    }
    const outputs = await Promise.all([first, ...rest])
    expect(outputs.map(({ output }) => output[0])).toEqual([0, 1, 2, 3, 4])
    expect(outputs.map(({ batchSize }) => batchSize)).toEqual([1, 3, 3, 3, 1])
    expect(batcher.queued()).toBe(0)
  })

  it('keeps every session busy, and each takes its share of what waits', async () => {
    const session = heldSession()
    const batcher = createBatcher({ run: session.run, maxBatchSize: 8, parallelRuns: 2 })
    const all = [0, 1, 2].map((value) => batcher.submit(image(value), never))
    await Promise.resolve()
    expect(session.runs.map(({ sizes }) => sizes)).toEqual([[0, 1], [2]])
    all.push(...[3, 4, 5, 6].map((value) => batcher.submit(image(value), never)))
    await Promise.resolve()
    expect(batcher.queued()).toBe(4)
    for (const expected of [[3, 4], [5], [6]]) {
      const next = session.nextRun()
      session.runs[session.runs.length - 2]!.end()
      await next
      expect(session.runs.at(-1)!.sizes).toEqual(expected)
    }
    for (const run of session.runs) run.end()
    expect((await Promise.all(all)).map(({ output }) => output[0])).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('takes no more than the most of one run, however many sessions are free', async () => {
    const session = heldSession()
    const batcher = createBatcher({ run: session.run, maxBatchSize: 2, parallelRuns: 3 })
    for (let value = 0; value < 9; value++) void batcher.submit(image(value), never)
    await Promise.resolve()
    expect(session.runs.map(({ sizes }) => sizes)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ])
    expect(batcher.queued()).toBe(3)
  })

  it('closes when the last of all sessions has ended', async () => {
    const session = heldSession()
    const batcher = createBatcher({ run: session.run, maxBatchSize: 1, parallelRuns: 2 })
    const all = [0, 1, 2].map((value) => batcher.submit(image(value), never))
    let isClosed = false
    const closed = batcher.close().then(() => (isClosed = true))
    await Promise.resolve()
    const third = session.nextRun()
    session.runs[1]!.end()
    await third
    session.runs[0]!.end()
    await all[0]
    expect(isClosed).toBe(false)
    session.runs[2]!.end()
    await closed
    await Promise.all(all)
  })

  it('lets callers take turns in the batches', async () => {
    const session = heldSession()
    const batcher = createBatcher({ run: session.run, maxBatchSize: 2 })
    let next = session.nextRun()
    const all = [batcher.submit(image(0), never)]
    await next
    for (let value = 1; value <= 5; value++) all.push(batcher.submit(image(value), never))
    all.push(batcher.submit(image(100), { ...never, caller: 'another' }))
    for (const expected of [[0], [1, 100], [2, 3], [4, 5]]) {
      expect(session.runs.at(-1)!.sizes).toEqual(expected)
      next = session.nextRun()
      session.runs.at(-1)!.end()
      if (expected[0] !== 4) await next
    }
    await Promise.all(all)
  })

  it('turns away the newest image of a caller, and none that runs', async () => {
    const session = heldSession()
    const batcher = createBatcher({ run: session.run, maxBatchSize: 1 })
    const next = session.nextRun()
    const first = batcher.submit(image(0), never)
    await next
    expect(batcher.turnAway('one', new Error('full'))).toBeUndefined()
    const waits = expect(batcher.submit(image(1), never)).rejects.toThrow('full')
    expect(batcher.turnAway('one', new Error('full'))).toBe(never)
    await waits
    session.runs[0]!.end()
    await first
    expect(batcher.queued()).toBe(0)
  })

  it('drops an image whose caller has gone', async () => {
    const session = heldSession()
    const batcher = createBatcher({ run: session.run, maxBatchSize: 8 })
    const next = session.nextRun()
    const first = batcher.submit(image(0), never)
    await next
    const caller = new AbortController()
    const gone = batcher.submit(image(1), { caller: 'gone', signal: caller.signal })
    const stays = batcher.submit(image(2), never)
    caller.abort(new Error('hung up'))
    await expect(gone).rejects.toThrow('hung up')
    expect(batcher.queued()).toBe(1)
    const second = session.nextRun()
    session.runs[0]!.end()
    await second
    expect(session.runs[1]!.sizes).toEqual([2])
    session.runs[1]!.end()
    await Promise.all([first, stays])
  })

  it('refuses an image whose caller had gone before', async () => {
    const batcher = createBatcher({ run: async (tensors) => echo(tensors), maxBatchSize: 8 })
    const gone = { caller: 'gone', signal: AbortSignal.abort(new Error('gone')) }
    await expect(batcher.submit(image(1), gone)).rejects.toThrow('gone')
  })

  it('fails the images of a failed run and no others', async () => {
    let runs = 0
    const batcher = createBatcher({
      maxBatchSize: 1,
      run: async (tensors) => {
        if (runs++ === 0) throw new Error('the session broke')
        return echo(tensors)
      },
    })
    const [first, second] = await Promise.allSettled([
      batcher.submit(image(1), never),
      batcher.submit(image(2), never),
    ])
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'the session broke' } })
    expect(second).toMatchObject({ status: 'fulfilled' })
  })

  it('tells how long an image waited and how long the run took', async () => {
    let time = 100
    const batcher = createBatcher({
      maxBatchSize: 8,
      now: () => time,
      run: async (tensors) => {
        time += 40
        return echo(tensors)
      },
    })
    const result = batcher.submit(image(1), never)
    time += 5
    expect(await result).toMatchObject({ queueMs: 5, inferenceMs: 40 })
  })

  it('answers what waits and refuses what comes when it closes', async () => {
    const batcher = createBatcher({ run: async (tensors) => echo(tensors), maxBatchSize: 8 })
    const accepted = batcher.submit(image(1), never)
    const closed = batcher.close()
    await expect(batcher.submit(image(2), never)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    await closed
    expect((await accepted).output[0]).toBe(1)
  })
})
