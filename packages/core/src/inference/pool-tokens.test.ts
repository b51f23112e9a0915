import { describe, expect, it } from 'vitest'
import { poolTokens } from './pool-tokens.js'

// Two images of three tokens of two numbers.
const data = Float32Array.of(1, 2, 3, 4, 5, 9, 10, 20, 30, 40, 50, 90)

describe('poolTokens', () => {
  it('takes the first token of each image', () => {
    expect([...poolTokens(data, 2, 2, 'first-token')]).toEqual([1, 2, 10, 20])
  })

  it('takes the mean of the tokens of each image', () => {
    expect([...poolTokens(data, 2, 2, 'mean-tokens')]).toEqual([3, 5, 30, 50])
  })
})
