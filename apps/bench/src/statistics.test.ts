import { describe, expect, it } from 'vitest'
import { cosine, median, medianRatio, quantile } from './statistics.js'

describe('quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)

  it('gives the nearest rank of values in any order', () => {
    expect([0.5, 0.95, 0.99, 1].map((q) => quantile(hundred, q))).toEqual([50, 95, 99, 100])
  })

  it('gives the least value for 0 and the only one for any', () => {
    expect(quantile(hundred, 0)).toBe(1)
    expect([0, 0.5, 0.99].map((q) => quantile([7], q))).toEqual([7, 7, 7])
  })

  it('leaves its input in order', () => {
    const values = [3, 1, 2]
    quantile(values, 0.5)
    expect(values).toEqual([3, 1, 2])
  })
})

describe('median', () => {
  it('is the middle, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([1, 2, 10, 40])).toBe(6)
  })
})

describe('medianRatio', () => {
  it('compares within the rounds, so that one slow round of both sides changes nothing', () => {
    expect(medianRatio([30, 3, 33], [20, 2, 22])).toBe(1.5)
  })

  it('refuses sides of different rounds', () => {
    expect(() => medianRatio([1, 2], [1])).toThrow('there are 2 and 1')
  })
})

describe('cosine', () => {
  it('does not see the lengths of the vectors', () => {
    expect(cosine([1, 0, 1], [3, 0, 3])).toBeCloseTo(1, 12)
    expect(cosine([1, 0], [0, 2])).toBe(0)
    expect(cosine([1, 0], [-4, 0])).toBe(-1)
  })

  it('refuses vectors of two models', () => {
    expect(() => cosine([1], [1, 2])).toThrow('1 and 2 numbers')
  })
})
