import type { Clock } from '../src/clock.js'

/** A clock that waits for nobody: waits are over at once, written down and counted; attempts time out on demand. */
export interface FakeClock extends Clock {
  /** Waits between attempts, in milliseconds. */
  readonly waits: number[]
  /** What `random()` gives. */
  chance: number
  /** Lets every attempt under way run out of time. */
  expire(): void
}

/** @param timeoutMs  waits of this length are attempts' time limits, not pauses */
export function fakeClock(timeoutMs = 60_000): FakeClock {
  const limits = new Set<() => void>()
  const waits: number[] = []
  let nowMs = Date.UTC(2026, 10, 22, 12, 0, 0)
  const clock: FakeClock = {
    waits,
    chance: 0.5,
    now: () => nowMs,
    random: () => clock.chance,
    expire: () => {
      nowMs += timeoutMs
      for (const resolve of limits) resolve()
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
        if (ms === timeoutMs) limits.add(resolve)
        else {
          waits.push(ms)
          nowMs += ms
          resolve()
        }
      }),
  }
  return clock
}
