import { describe, expect, it } from 'vitest'
import { InternalError } from '../errors.js'
import { type InferenceProcess, InferenceProcessDied } from './inference-process.js'
import { createSessionPool } from './session-pool.js'

const batch = [Uint8Array.of(1)]

/** A process that does as it is told, in no time: `runs` answers each batch. */
function fakeProcess(pid: number, runs: () => Promise<number>) {
  let isAlive = true
  let leave = () => {}
  const gone = new Promise<void>((resolve) => (leave = resolve))
  const end = async () => {
    isAlive = false
    leave()
    await gone
  }
  const process: InferenceProcess = {
    pid,
    isAlive: () => isAlive,
    gone,
    async run() {
      try {
        return [Float32Array.of(pid, await runs())]
      } catch (thrown) {
        if (thrown instanceof InferenceProcessDied) await end()
        throw thrown
      }
    },
    stop: end,
  }
  return { process, end }
}

type Program = () => Promise<number>
const works: Program = async () => 7
const dies: Program = async () => {
  throw new InferenceProcessDied('killed')
}
const breaks: Program = async () => {
  throw new InternalError('no memory on the device')
}

/** Starts what the list says, one after the other, then processes that work. */
async function poolOf(size: number, programs: readonly (Program | Error)[] = [], now?: () => number) {
  const started: ReturnType<typeof fakeProcess>[] = []
  let count = 0
  const pool = await createSessionPool({
    size,
    ...(now && { now }),
    async start() {
      const program = programs[count++] ?? works
      if (program instanceof Error) throw program
      const fake = fakeProcess(count, program)
      started.push(fake)
      return fake.process
    },
  })
  await turn()
  return { pool, started, starts: () => count }
}

/** Lets everything happen that waits for nothing. */
const turn = () => new Promise(setImmediate)

/** A program whose run ends when the test says so. */
function held() {
  let end = (_: number) => {}
  let fail = (_: Error) => {}
  const program: Program = () =>
    new Promise((resolve, reject) => {
      end = resolve
      fail = reject
    })
  return { program, end: () => end(7), fail: (reason: Error) => fail(reason) }
}

describe('a pool of sessions', () => {
  it('is ready with the first process and starts the others behind it', async () => {
    let count = 0
    const pool = await createSessionPool({
      size: 3,
      start: () => (count++ === 0 ? Promise.resolve(fakeProcess(1, works).process) : new Promise(() => {})),
    })
    expect(count).toBe(3)
    expect(await pool.run(batch)).toEqual([Float32Array.of(1, 7)])
  })

  it('starts the others when they are needed, where that is asked for, and no more than its size', async () => {
    const processes = [held(), held(), held()]
    let count = 0
    const pool = await createSessionPool({
      size: 2,
      startWhenNeeded: true,
      start: async () => fakeProcess(count + 1, processes[count++]!.program).process,
    })
    await turn()
    expect(count).toBe(1)
    const runs = [pool.run(batch), pool.run(batch), pool.run(batch)]
    await turn()
    expect(count).toBe(2)
    for (let i = 0; i < 2; i++) {
      for (const { end } of processes) end()
      await turn()
    }
    expect(await Promise.all(runs)).toHaveLength(3)
    expect(pool.pids()).toEqual([1, 2])
  })

  it('tells why the first did not start, in the words of the process', async () => {
    await expect(poolOf(2, [new Error('The model has no input x.')])).rejects.toThrow(
      'The model has no input x.',
    )
  })

  it('runs as many batches at a time as it has processes, the next on whichever is free first', async () => {
    const [first, second] = [held(), held()]
    const { pool } = await poolOf(2, [first.program, second.program])
    const runs = [pool.run(batch), pool.run(batch), pool.run(batch)]
    await turn()
    const quick = first
    quick.end()
    await turn()
    quick.end()
    second.end()
    const pids = (await Promise.all(runs)).map(([vector]) => vector![0])
    expect(pids.filter((pid) => pid === 1)).toHaveLength(2)
    expect(pids.filter((pid) => pid === 2)).toHaveLength(1)
  })

  it('runs the batch of a dead process once more, on a new one', async () => {
    const { pool, starts } = await poolOf(1, [dies])
    expect(await pool.run(batch)).toEqual([Float32Array.of(2, 7)])
    expect(starts()).toBe(2)
    expect(pool.pids()).toEqual([2])
  })

  it('loses no batch when all die at once', async () => {
    const { pool } = await poolOf(2, [dies, dies])
    const outputs = await Promise.all([pool.run(batch), pool.run(batch)])
    expect(outputs.map(([vector]) => vector![0]).toSorted()).toEqual([3, 4])
  })

  it('fails the batch that kills a second process, and serves the one after it', async () => {
    const { pool } = await poolOf(1, [dies, dies])
    await expect(pool.run(batch)).rejects.toMatchObject({ code: 'INTERNAL', cause: { message: 'killed' } })
    expect(await pool.run(batch)).toHaveLength(1)
  })

  it('fails the batch when no other can be started, and tries again at the next', async () => {
    const { pool } = await poolOf(1, [dies, new Error('no more processes')])
    await expect(pool.run(batch)).rejects.toMatchObject({
      code: 'INTERNAL',
      cause: { message: 'no more processes' },
    })
    expect(await pool.run(batch)).toHaveLength(1)
  })

  it('replaces a process that was lost while idle', async () => {
    const { pool, started } = await poolOf(2)
    await started[0]!.end()
    await turn()
    expect(pool.pids()).toEqual([2, 3])
  })

  it('replaces a process whose runs fail three times in a row, though it lives', async () => {
    const { pool } = await poolOf(1, [breaks])
    for (let i = 0; i < 3; i++) {
      await expect(pool.run(batch)).rejects.toThrow('no memory on the device')
    }
    expect(await pool.run(batch)).toEqual([Float32Array.of(2, 7)])
    expect(pool.pids()).toEqual([2])
  })

  it('keeps a process whose runs fail now and then', async () => {
    let run = 0
    const { pool, starts } = await poolOf(1, [() => (run++ % 3 === 2 ? works() : breaks())])
    for (let i = 0; i < 9; i++) await pool.run(batch).catch(() => {})
    expect(run).toBe(9)
    expect(starts()).toBe(1)
  })

  it('serves with those that are left while one cannot be started, and tries it again after a pause', async () => {
    let time = 0
    const programs = [works, new Error('no'), new Error('no')]
    const { pool, starts } = await poolOf(2, programs, () => time)
    const both = () => Promise.all([pool.run(batch), pool.run(batch)])
    expect(await both()).toHaveLength(2)
    expect(starts()).toBe(2)
    time += 5000
    expect(await both()).toHaveLength(2)
    await turn()
    expect(starts()).toBe(3)
    time += 5000
    await both()
    await turn()
    expect(pool.pids()).toEqual([1, 4])
  })

  it('tells those who wait when the last process is lost and none can be started', async () => {
    const first = held()
    const { pool } = await poolOf(1, [first.program, new Error('no')])
    const runs = [pool.run(batch), pool.run(batch)]
    const outcomes = Promise.allSettled(runs)
    await turn()
    first.fail(new InferenceProcessDied('killed'))
    expect((await outcomes).map((each) => each.status === 'rejected' && each.reason.code)).toEqual([
      'INTERNAL',
      'INTERNAL',
    ])
  })

  it('waits for its runs when it closes, and ends those that it is starting', async () => {
    const first = held()
    const ended: string[] = []
    let count = 0
    const pool = await createSessionPool({
      size: 2,
      start: (signal) =>
        count++ === 0
          ? Promise.resolve(fakeProcess(1, first.program).process)
          : new Promise((_, reject) =>
              signal.addEventListener('abort', () => {
                ended.push('start')
                reject(new Error('ended'))
              }),
            ),
    })
    const run = pool.run(batch).then(() => ended.push('run'))
    await turn()
    const closed = pool.close()
    await turn()
    expect(ended).toEqual([])
    first.end()
    await closed
    await run
    expect(ended).toEqual(['run', 'start'])
    expect(pool.pids()).toEqual([])
  })
})
