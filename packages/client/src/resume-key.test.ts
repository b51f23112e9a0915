import { describe, expect, it } from 'vitest'
import { createResumption } from './resume-key.js'

/** The indexes below `length` that a key leaves to do. */
const leftBy = (key: string, length: number) => {
  const resumption = createResumption(key)
  return Array.from({ length }, (_, index) => index).filter((index) => !resumption.isDone(index))
}

describe('the resume key', () => {
  it('is a count while items end in order', () => {
    const resumption = createResumption()
    expect([0, 1, 2].map((index) => resumption.finish(index, true))).toEqual(['1', '2', '3'])
  })

  it('names what was begun and has not ended, as ranges', () => {
    const resumption = createResumption()
    const keys = [4, 1, 0, 8, 2, 3].map((index) => resumption.finish(index, true))
    expect(keys).toEqual(['5:0-3', '5:0,2-3', '5:2-3', '9:2-3,5-7', '9:3,5-7', '9:5-7'])
  })

  it('keeps what failed for a while as still to do', () => {
    const resumption = createResumption()
    resumption.finish(0, true)
    expect(resumption.finish(1, false)).toBe('2:1')
    expect(resumption.finish(2, true)).toBe('3:1')
  })

  it('gives back what it was told', () => {
    expect(leftBy('0', 3)).toEqual([0, 1, 2])
    expect(leftBy('3', 5)).toEqual([3, 4])
    expect(leftBy('9:3,5-7', 10)).toEqual([3, 5, 6, 7, 9])
  })

  it('goes on from a key', () => {
    const resumption = createResumption('5:1,3')
    expect(resumption.finish(1, true)).toBe('5:3')
    expect(resumption.finish(6, true)).toBe('7:3,5')
    expect(resumption.finish(3, true)).toBe('7:5')
  })

  it('stays short for ten thousand items, four at a time', () => {
    const resumption = createResumption()
    let longest = 0
    for (let start = 0; start < 10_000; start += 4) {
      for (const offset of [3, 0, 2, 1])
        longest = Math.max(longest, resumption.finish(start + offset, true).length)
    }
    expect(longest).toBeLessThan(20)
  })

  it.each(['', 'x', '-1', '5:', '5:1-', '5:1,', '5:1-2-3', '1e9', ' 5'])('refuses %j', (key) => {
    expect(() => createResumption(key)).toThrow(/resumeKey/)
  })
})
