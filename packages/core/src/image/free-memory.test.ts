import { expect, test } from 'vitest'
import { freeMemory } from './free-memory.js'

test('memory that is freed is gone at once, without the garbage collector', async () => {
  const bytesEach = 20_000_000
  const before = process.memoryUsage().arrayBuffers
  for (let round = 0; round < 20; round++) {
    const bytes = new Uint8Array(bytesEach).fill(1)
    freeMemory(bytes)
    expect(bytes.length).toBe(0)
    // What is sent to a port is dropped in the next turn at the latest.
    await new Promise((resolve) => setImmediate(resolve))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * bytesEach)
  }
})

test('takes all that lies in the same memory with it', () => {
  const memory = new ArrayBuffer(100_000)
  const [first, second] = [new Uint8Array(memory, 0, 10), new Uint8Array(memory, 10)]
  freeMemory(first)
  expect([first.length, second.length]).toEqual([0, 0])
})

test('leaves small bytes alone, which may share the pool of Node', () => {
  const pooled = Buffer.from('a few bytes')
  freeMemory(pooled)
  expect(pooled.toString()).toBe('a few bytes')
})

test('a second time is none', () => {
  const bytes = new Uint8Array(100_000)
  freeMemory(bytes)
  expect(() => freeMemory(bytes)).not.toThrow()
})
