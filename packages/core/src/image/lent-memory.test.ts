import { expect, test } from 'vitest'
import { LentMemory } from './lent-memory.js'

const moved = (memory: ArrayBuffer) => structuredClone(memory, { transfer: [memory] })

test('shows what it has become when it is back', async () => {
  const memory = new LentMemory(new Uint8Array([1, 2, 3, 4]).buffer)
  expect([...memory.view(1, 3)]).toEqual([2, 3])
  const value = await memory.lend(async (lent) => {
    const away = moved(lent)
    expect(() => memory.view(1, 3)).toThrow(RangeError)
    return { memory: away, value: 'done' }
  })
  expect(value).toBe('done')
  expect([...memory.view(1, 3)]).toEqual([2, 3])
})

test('has one borrower at a time, in their order, and outlives one that fails', async () => {
  const memory = new LentMemory(new ArrayBuffer(4))
  const order: string[] = []
  const borrow = (name: string) =>
    memory.lend(async (lent) => {
      order.push(`${name} begins`)
      const away = moved(lent)
      await Promise.resolve()
      order.push(`${name} ends`)
      return { memory: away, value: name }
    })
  const first = borrow('first')
  const failing = memory.lend(async () => {
    throw new Error('broken')
  })
  const last = borrow('last')
  await expect(failing).rejects.toThrow('broken')
  expect(await Promise.all([first, last])).toEqual(['first', 'last'])
  expect(order).toEqual(['first begins', 'first ends', 'last begins', 'last ends'])
})

test('is freed after those who asked before, once however often, and when a borrower has lost it', async () => {
  const memory = new LentMemory(new ArrayBuffer(100_000))
  const borrowed = memory.lend(async (lent) => ({ memory: moved(lent), value: lent.byteLength }))
  memory.free()
  memory.free()
  await borrowed
  await memory.lend(async (lent) => ({ memory: lent, value: expect(lent.byteLength).toBe(0) }))

  const lost = new LentMemory(new ArrayBuffer(100_000))
  const losing = lost.lend(async (lent) => {
    moved(lent)
    throw new Error('the thread ended')
  })
  lost.free()
  await expect(losing).rejects.toThrow('the thread ended')
  // What goes wrong in a promise that nobody awaits ends the process: the test would fail.
  await new Promise((resolve) => setImmediate(resolve))
})
