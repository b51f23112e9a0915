import { describe, expect, it } from 'vitest'
import { toBase64 } from './base64.js'

const bytes = (length: number) => new Uint8Array(length).map((_, i) => (i * 31 + (i >> 8)) & 255)

describe('toBase64', () => {
  it.each([0, 1, 2, 3, 255, 6143, 6144, 6145, 100_000])('writes %i bytes as Node does', (length) => {
    expect(toBase64(bytes(length))).toBe(Buffer.from(bytes(length)).toString('base64'))
  })

  it('writes 20 MB without running out of stack', () => {
    const image = bytes(20_000_000)
    expect(toBase64(image) === Buffer.from(image).toString('base64')).toBe(true)
  })

  it('writes the part of a buffer that a view shows', () => {
    expect(toBase64(bytes(100).subarray(10, 20))).toBe(
      Buffer.from(bytes(100).slice(10, 20)).toString('base64'),
    )
  })
})
