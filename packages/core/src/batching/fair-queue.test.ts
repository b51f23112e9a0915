import { describe, expect, it } from 'vitest'
import { createFairQueue, type FairQueue } from './fair-queue.js'

interface Item {
  readonly name: string
}

function fill(...names: string[]): FairQueue<Item> {
  const queue = createFairQueue<Item>()
  for (const name of names) queue.add(name[0]!, { name })
  return queue
}

function drain(queue: FairQueue<Item>): string[] {
  const names: string[] = []
  for (let item = queue.take(); item; item = queue.take()) names.push(item.name)
  return names
}

describe('the fair queue', () => {
  it('is first in, first out for one caller', () => {
    expect(drain(fill('a1', 'a2', 'a3'))).toEqual(['a1', 'a2', 'a3'])
  })

  it('lets callers take turns', () => {
    expect(drain(fill('a1', 'a2', 'a3', 'b1', 'b2', 'c1'))).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
  })

  it('serves one who brings a single item at once, whoever came before with a thousand', () => {
    const queue = createFairQueue<Item>()
    for (let i = 0; i < 1000; i++) queue.add('many', { name: `many ${i}` })
    queue.take()
    queue.add('single', { name: 'single' })
    expect([queue.take()!.name, queue.take()!.name]).toEqual(['many 1', 'single'])
  })

  it('gives no second turn to one who comes again before the others had theirs', () => {
    const queue = fill('a1', 'b1', 'b2')
    expect(queue.take()!.name).toBe('a1')
    queue.add('a', { name: 'a2' })
    expect(drain(queue)).toEqual(['b1', 'a2', 'b2'])
  })

  it('forgets what is taken out of turn', () => {
    const queue = createFairQueue<Item>()
    const gone = { name: 'a1' }
    queue.add('a', gone)
    queue.add('b', { name: 'b1' })
    queue.remove('a', gone)
    queue.remove('a', gone)
    expect(queue.size()).toBe(1)
    expect(drain(queue)).toEqual(['b1'])
    expect(queue.size()).toBe(0)
  })

  it('gives the newest of a caller', () => {
    const queue = fill('a1', 'a2', 'b1')
    expect(queue.takeNewest('a')!.name).toBe('a2')
    expect(queue.takeNewest('c')).toBeUndefined()
    expect(drain(queue)).toEqual(['a1', 'b1'])
  })
})
