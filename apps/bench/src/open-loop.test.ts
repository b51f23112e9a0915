import { describe, expect, it } from 'vitest'
import { arrivalTimes, sendAt } from './open-loop.js'

describe('arrivalTimes', () => {
  it('sends evenly at the rate it is told', () => {
    expect(arrivalTimes(4, 1.1, 'even')).toEqual([250, 500, 750, 1000])
  })

  it('sends at random as many on the whole, in order, and the same at every run', () => {
    const times = arrivalTimes(100, 50, 'random')
    expect(times.length).toBeGreaterThan(4700)
    expect(times.length).toBeLessThan(5300)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(arrivalTimes(100, 50, 'random')).toEqual(times)
  })

  it('sends at random with gaps that vary as those of Poisson do', () => {
    const times = arrivalTimes(100, 50, 'random')
    const gaps = times.map((time, i) => time - (times[i - 1] ?? 0))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
    expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.9)
    expect(Math.sqrt(variance) / mean).toBeLessThan(1.1)
  })
})

describe('sendAt', () => {
  it('does not wait for an answer before the next call', async () => {
    let asked = 0
    let release = () => {}
    const last = new Promise<void>((resolve) => {
      release = resolve
    })
    const sent = await sendAt([0, 0, 0], async () => {
      if (++asked === 3) release()
      await last
      return asked
    })
    expect(sent.map(({ value }) => value)).toEqual([3, 3, 3])
  })

  it('counts from when a call was due, not from when it was made', async () => {
    const [first] = await sendAt([-1000], async () => 'answered')
    expect(first!.tookMs).toBeGreaterThanOrEqual(1000)
    expect(first!.tookMs).toBe(first!.endedMs + 1000)
  })

  it('says which calls failed', async () => {
    const [first] = await sendAt([0], () => Promise.reject(new Error('refused')))
    expect(first!.value).toBeUndefined()
  })
})
