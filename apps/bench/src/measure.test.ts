import { describe, expect, it } from 'vitest'
import { measure, summarise } from './measure.js'

describe('summarise', () => {
  it('gives rate, median and 95th percentile', () => {
    const times = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect(summarise(times, 2, 1)).toEqual({ perSecond: 50, p50: 50, p95: 95, p99: 99, calls: 100 })
  })

  it('counts images and not calls', () => {
    expect(summarise([10, 20], 1, 8).perSecond).toBe(16)
  })
})

describe('measure', () => {
  it('keeps as many calls under way as it is told', async () => {
    let underWay = 0
    let most = 0
    const { calls } = await measure(
      async () => {
        most = Math.max(most, ++underWay)
        await new Promise(setImmediate)
        underWay--
      },
      { concurrency: 4, seconds: 0.05 },
    )
    expect(most).toBe(4)
    expect(calls).toBeGreaterThan(4)
  })

  it('fails with the call', async () => {
    await expect(
      measure(() => Promise.reject(new Error('503')), { concurrency: 1, seconds: 0.05 }),
    ).rejects.toThrow('503')
  })
})
