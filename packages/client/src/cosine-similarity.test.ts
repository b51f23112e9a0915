import { describe, expect, it } from 'vitest'
import { cosineSimilarity } from './cosine-similarity.js'

describe('cosineSimilarity', () => {
  it('is 1 for one direction, 0 for a right angle, −1 for the opposite', () => {
    expect(cosineSimilarity([1, 2, 3], [2, 4, 6])).toBe(1)
    expect(cosineSimilarity([1, 0], [0, 5])).toBe(0)
    expect(cosineSimilarity([1, 0], [-3, 0])).toBe(-1)
  })

  it('needs no unit vectors and takes float32', () => {
    expect(cosineSimilarity(Float32Array.of(3, 4), [4, 3])).toBeCloseTo(0.96, 12)
  })

  it('never passes 1, whatever the rounding', () => {
    const vector = Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i + 1) / 7)
    expect(cosineSimilarity(vector, vector)).toBeLessThanOrEqual(1)
    expect(cosineSimilarity(vector, vector)).toBeCloseTo(1, 12)
  })

  it('refuses vectors of different lengths and says both', () => {
    expect(() => cosineSimilarity(new Float32Array(512).fill(1), new Float32Array(1024).fill(1))).toThrow(
      /512 and 1024/,
    )
  })

  it('refuses a vector of zeros, and an empty one, which have no direction', () => {
    expect(() => cosineSimilarity([0, 0], [1, 0])).toThrow(RangeError)
    expect(() => cosineSimilarity([], [])).toThrow(RangeError)
  })

  it('refuses NaN and infinities', () => {
    expect(() => cosineSimilarity([Number.NaN, 1], [1, 1])).toThrow(/finite/)
    expect(() => cosineSimilarity([1, 1], [Number.POSITIVE_INFINITY, 1])).toThrow(/finite/)
  })
})
