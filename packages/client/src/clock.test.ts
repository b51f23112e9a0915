import { describe, expect, it } from 'vitest'
import { systemClock } from './clock.js'

describe('systemClock', () => {
  it('sleeps', async () => {
    const start = systemClock.now()
    await systemClock.sleep(5)
    // Timers may fire a fraction of a millisecond early.
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(4)
  })

  it("wakes with the signal's reason, at once", async () => {
    const controller = new AbortController()
    const sleeping = systemClock.sleep(2 ** 30, controller.signal)
    controller.abort('up')
    await expect(sleeping).rejects.toBe('up')
    await expect(systemClock.sleep(2 ** 30, controller.signal)).rejects.toBe('up')
  })
})
