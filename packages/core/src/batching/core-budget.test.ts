import { setMaxListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createBatcher } from './batcher.js'
import { type Claimant, createCoreBudget } from './core-budget.js'

const claimant = (woken: string[], name: string): Claimant => ({ wake: () => void woken.push(name) })

describe('the core budget', () => {
  it('gives what is free, and wakes who waits when something comes back', () => {
    const woken: string[] = []
    const [one, other] = [claimant(woken, 'one'), claimant(woken, 'other')]
    const budget = createCoreBudget(2)
    const giveBack = budget.tryTake(2, one)!
    expect(budget.tryTake(1, other)).toBeUndefined()
    expect(woken).toEqual([])
    giveBack()
    expect(woken).toEqual(['other'])
    expect(budget.tryTake(1, other)).toBeDefined()
  })

  it('lets nobody past who came first, however little it wants', () => {
    const woken: string[] = []
    const [busy, large, small] = ['busy', 'large', 'small'].map((name) => claimant(woken, name))
    const budget = createCoreBudget(2)
    const giveBack = budget.tryTake(1, busy!)!
    expect(budget.tryTake(2, large!)).toBeUndefined()
    expect(budget.tryTake(1, small!)).toBeUndefined()
    expect(budget.tryTake(1, busy!)).toBeUndefined()
    giveBack()
    expect(woken).toEqual(['large'])
    expect(budget.tryTake(2, large!)).toBeDefined()
  })

  it('goes on to the next when one wants nothing any more', () => {
    const woken: string[] = []
    const [one, other] = [claimant(woken, 'one'), claimant(woken, 'other')]
    const budget = createCoreBudget(1)
    const giveBack = budget.tryTake(1, one)!
    budget.tryTake(1, one)
    budget.tryTake(1, other)
    giveBack()
    budget.forget(one)
    expect(woken).toEqual(['one', 'other'])
  })

  it('lets one that wants more than all run alone', () => {
    const budget = createCoreBudget(2)
    expect(budget.tryTake(8, claimant([], 'one'))).toBeDefined()
    expect(budget.tryTake(1, claimant([], 'other'))).toBeUndefined()
  })
})

it('grows for whoever asks for more sessions than there are cores', () => {
  const woken: string[] = []
  const one = claimant(woken, 'one')
  const budget = createCoreBudget(1)
  budget.tryTake(1, one)
  expect(budget.tryTake(1, one)).toBeUndefined()
  budget.raise(2)
  expect(woken).toEqual(['one'])
  expect(budget.tryTake(1, one)).toBeDefined()
  budget.raise(1)
  expect(budget.tryTake(1, one)).toBeUndefined()
})

describe('two batchers on one budget', () => {
  it('run no more at a time than there are cores, and take turns', async () => {
    const order: string[] = []
    let [running, most] = [0, 0]
    const budget = createCoreBudget(2)
    const batcherOf = (name: string) =>
      createBatcher({
        run: async (tensors) => {
          most = Math.max(most, ++running)
          order.push(name)
          await new Promise((resolve) => setImmediate(resolve))
          running--
          return tensors.map((tensor) => Float32Array.from(tensor))
        },
        maxBatchSize: 1,
        parallelRuns: 2,
        cores: { budget, each: 1 },
      })
    const [one, other] = [batcherOf('one'), batcherOf('other')]
    const waiter = { caller: 'test', signal: new AbortController().signal }
    setMaxListeners(0, waiter.signal)
    const submit = (batcher: typeof one) => batcher.submit(new Float32Array([1]), waiter)
    const all = [one, other].flatMap((batcher) => Array.from({ length: 6 }, () => submit(batcher)))
    await Promise.all(all)
    expect(most).toBe(2)
    // The second is not left for the end.
    expect(order.slice(0, 6)).toContain('other')
    expect(order.slice(6)).toContain('one')
  })

  it('hand the cores on when those who waited for them have gone', async () => {
    const budget = createCoreBudget(1)
    let finish = () => {}
    const gate = new Promise<void>((resolve) => (finish = resolve))
    const busy = createBatcher({
      run: async (tensors) => {
        await gate
        return tensors.map(() => new Float32Array(1))
      },
      maxBatchSize: 1,
      cores: { budget, each: 1 },
    })
    const idle = () =>
      createBatcher({
        run: async (tensors) => tensors.map(() => new Float32Array(1)),
        maxBatchSize: 1,
        cores: { budget, each: 1 },
      })
    const [left, patient] = [idle(), idle()]
    const caller = new AbortController()
    const signal = new AbortController().signal
    const first = busy.submit(new Float32Array(1), { caller: 'a', signal })
    await Promise.resolve()
    const gone = left.submit(new Float32Array(1), { caller: 'b', signal: caller.signal })
    await Promise.resolve()
    const waits = patient.submit(new Float32Array(1), { caller: 'c', signal })
    await Promise.resolve()
    caller.abort(new Error('hung up'))
    await expect(gone).rejects.toThrow('hung up')
    finish()
    await Promise.all([first, waits])
  })
})
