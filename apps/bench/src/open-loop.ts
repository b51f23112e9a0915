import { setTimeout as wait } from 'node:timers/promises'

/** `even`: one after the other at the same distance. `random`: as people come who do not know of each other (Poisson). */
export type Arrivals = 'even' | 'random'

/** What came of one call that was due at a time of its own, whether or not earlier ones were answered. */
export interface Sent<T> {
  /** Milliseconds after the begin. */
  readonly dueMs: number
  readonly endedMs: number
  /** From when it was due, so that a sender who falls behind hides nothing. */
  readonly tookMs: number
  /** Undefined where the call failed. */
  readonly value: T | undefined
}

/**
 * When calls are due, in milliseconds after the begin.
 * @param arrivals  random ones are the same at every run
 */
export function arrivalTimes(perSecond: number, seconds: number, arrivals: Arrivals): number[] {
  const gap = 1000 / perSecond
  const times: number[] = []
  let state = 1
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 1) / 2 ** 32
  }
  const next = () => (arrivals === 'even' ? gap : -Math.log(uniform()) * gap)
  for (let at = next(); at < seconds * 1000; at += next()) times.push(at)
  return times
}

/** Makes each call when it is due, and waits for the last answer. */
export async function sendAt<T>(times: readonly number[], call: () => Promise<T>): Promise<Sent<T>[]> {
  const begin = performance.now()
  const since = () => performance.now() - begin
  const underWay: Promise<Sent<T>>[] = []
  for (const dueMs of times) {
    if (dueMs > since()) await wait(dueMs - since())
    underWay.push(
      call()
        .catch(() => undefined)
        .then((value) => {
          const endedMs = since()
          return { dueMs, endedMs, tookMs: endedMs - dueMs, value }
        }),
    )
  }
  return Promise.all(underWay)
}
