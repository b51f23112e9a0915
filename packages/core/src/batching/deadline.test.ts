import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startDeadline } from './deadline.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a deadline', () => {
  it('lets work through that ends in time', async () => {
    const deadline = startDeadline(undefined, 1000)
    await expect(deadline.race(Promise.resolve('vector'))).resolves.toBe('vector')
    deadline.clear()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('says the limit when the time is over', async () => {
    const deadline = startDeadline(undefined, 1000)
    const result = deadline.race(new Promise(() => {}))
    vi.advanceTimersByTime(1000)
    await expect(result).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: 'The image took longer than the limit of 1000 ms.',
    })
  })

  it('ends when the caller hangs up, also one who had before', async () => {
    const caller = new AbortController()
    const result = startDeadline(caller.signal, 1000).race(new Promise(() => {}))
    caller.abort()
    await expect(result).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(startDeadline(caller.signal, 1000).race(new Promise(() => {}))).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })

  it('leaves nothing on the caller after it is cleared', () => {
    const caller = new AbortController()
    const deadlines = Array.from({ length: 50 }, () => startDeadline(caller.signal, 1000))
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(50)
    for (const deadline of deadlines) deadline.clear()
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
  })
})
