import { describe, expect, it } from 'vitest'
import { measure, runLoad, summarise } from './measure.js'

describe('summarise', () => {
  it('gives rate, median and percentiles', () => {
    const times = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect(summarise([{ times, elapsedSeconds: 2, images: 100 }])).toEqual({
      perSecond: 50,
      p50: 50,
      p95: 95,
      p99: 99,
      calls: 100,
    })
  })

  it('counts images and not calls', () => {
    expect(summarise([{ times: [10, 20], elapsedSeconds: 1, images: 16 }]).perSecond).toBe(16)
  })

  it('takes the calls of all slices together', () => {
    const slices = [
      { times: [1, 2], elapsedSeconds: 1, images: 2 },
      { times: [3, 4, 5, 6], elapsedSeconds: 1, images: 4 },
    ]
    expect(summarise(slices)).toEqual({ perSecond: 3, p50: 3, p95: 6, p99: 6, calls: 6 })
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

describe('runLoad', () => {
  it('waits for the last call, and counts the images of each', async () => {
    let ended = 0
    const call = async () => {
      await new Promise(setImmediate)
      ended++
    }
    const slice = await runLoad(call, { concurrency: 3, seconds: 0.02, imagesPerCall: 8 })
    expect(slice.times).toHaveLength(ended)
    expect(slice.images).toBe(8 * ended)
  })
})
