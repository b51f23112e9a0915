import { expect, test } from 'vitest'
import { orderedPool } from './ordered-pool.js'

/** Work whose end the test decides. */
function gates() {
  const open = new Map<number, () => void>()
  const begun: number[] = []
  const work = (item: number) => {
    begun.push(item)
    return new Promise<number>((resolve) => open.set(item, () => resolve(item)))
  }
  return { begun, work, finish: (item: number) => open.get(item)!() }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('takes results in the order of the input, whichever is done first', async () => {
  const { work, finish } = gates()
  const taken: number[] = []
  const take = async (result: number) => void taken.push(result)
  const done = orderedPool([0, 1, 2], { concurrency: 3, work, take, order: 'input' })
  finish(2)
  finish(1)
  await settled()
  expect(taken).toEqual([])
  finish(0)
  await done
  expect(taken).toEqual([0, 1, 2])
})

test('takes results as they are done when asked to', async () => {
  const { work, finish } = gates()
  const taken: number[] = []
  const take = async (result: number) => void taken.push(result)
  const done = orderedPool([0, 1], { concurrency: 2, work, take, order: 'finished' })
  finish(1)
  await settled()
  expect(taken).toEqual([1])
  finish(0)
  await done
})

test.each(['input', 'finished'] as const)('never has more under way than asked for (%s)', async (order) => {
  let underWay = 0
  let most = 0
  const work = async (item: number) => {
    most = Math.max(most, ++underWay)
    await settled()
    underWay--
    return item
  }
  const items = Array.from({ length: 50 }, (_, index) => index)
  await orderedPool(items, { concurrency: 4, work, take: async () => {}, order })
  expect(most).toBe(4)
})

test('reads no further ahead than it works: a hundred thousand items are not loaded at once', async () => {
  const { work, finish } = gates()
  let read = 0
  function* items() {
    for (; read < 100_000; read++) yield read
  }
  const controller = new AbortController()
  const options = {
    concurrency: 2,
    work,
    take: async () => {},
    order: 'input' as const,
    signal: controller.signal,
  }
  const done = orderedPool(items(), options)
  await settled()
  expect(read).toBeLessThan(3)
  controller.abort()
  finish(0)
  finish(1)
  await done
})

test('begins nothing new once aborted', async () => {
  const { work, finish, begun } = gates()
  const controller = new AbortController()
  const { signal } = controller
  const done = orderedPool([0, 1, 2], { concurrency: 1, work, take: async () => {}, order: 'input', signal })
  controller.abort()
  finish(0)
  await done
  expect(begun).toEqual([0])
})

test('ends with the first failure of taking: a full disk stops the work', async () => {
  const take = async () => {
    throw new Error('no space left')
  }
  const done = orderedPool([0, 1, 2], { concurrency: 1, work: async (item) => item, take, order: 'input' })
  await expect(done).rejects.toThrow('no space left')
})
