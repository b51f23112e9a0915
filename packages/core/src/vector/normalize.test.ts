import { describe, expect, it } from 'vitest'
import { l2Normalize } from './normalize.js'

describe('l2Normalize', () => {
  it('makes the length 1', () => {
    expect([...l2Normalize(Float32Array.of(3, 4))]).toEqual([Math.fround(0.6), Math.fround(0.8)])
  })

  it('takes the first numbers and makes their length 1: a Matryoshka embedding', () => {
    expect([...l2Normalize(Float32Array.of(3, 4, 12), 2)]).toEqual([Math.fround(0.6), Math.fround(0.8)])
  })

  it('leaves the input as it was, and zeros zero', () => {
    const vector = Float32Array.of(3, 4)
    l2Normalize(vector)
    expect([...vector]).toEqual([3, 4])
    expect([...l2Normalize(new Float32Array(3))]).toEqual([0, 0, 0])
  })
})
