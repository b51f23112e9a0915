import { expect, test } from 'vitest'
import { npyHeader, npyHeaderBytes, npyRow } from './npy.js'

test.each([
  [0, 512],
  [1, 1024],
  [999_999_999, 1024],
])('the header of %i × %i has its fixed length and ends as the format asks', (rows, columns) => {
  const text = Buffer.from(npyHeader(rows, columns)).toString('latin1')
  expect(text).toHaveLength(npyHeaderBytes)
  expect(npyHeaderBytes % 64).toBe(0)
  expect(text.slice(0, 8)).toBe('\x93NUMPY\x01\x00')
  expect(text.charCodeAt(8) + 256 * text.charCodeAt(9)).toBe(npyHeaderBytes - 10)
  expect(text.slice(10)).toMatch(
    new RegExp(`^{'descr': '<f4', 'fortran_order': False, 'shape': \\(${rows}, ${columns}\\), } *\\n$`),
  )
})

test('a row is its float32 numbers, little-endian', () => {
  expect([...npyRow(Float32Array.of(1, -2))]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
})
