import { describe, expect, it } from 'vitest'
import { exifOrientation } from './exif-orientation.js'

interface Entry {
  readonly tag?: number
  readonly type?: number
  readonly count?: number
  readonly value: number
}

/** An EXIF block of one directory. */
function exif(order: 'II' | 'MM', entries: readonly Entry[], shape: { magic?: number; at?: number } = {}) {
  const isLittle = order === 'II'
  const bytes = new Uint8Array(6 + 8 + 2 + entries.length * 12 + 4)
  const view = new DataView(bytes.buffer, 6)
  bytes.set(Buffer.from(`Exif\0\0${order}`))
  view.setUint16(2, shape.magic ?? 42, isLittle)
  view.setUint32(4, shape.at ?? 8, isLittle)
  view.setUint16(8, entries.length, isLittle)
  for (const [i, { tag = 274, type = 3, count = 1, value }] of entries.entries()) {
    view.setUint16(10 + 12 * i, tag, isLittle)
    view.setUint16(12 + 12 * i, type, isLittle)
    view.setUint32(14 + 12 * i, count, isLittle)
    view.setUint16(18 + 12 * i, value, isLittle)
  }
  return bytes
}

describe('exifOrientation', () => {
  it('reads it in both byte orders, among other tags', () => {
    for (const order of ['II', 'MM'] as const) {
      expect(exifOrientation(exif(order, [{ tag: 271, value: 1 }, { value: 6 }]))).toBe(6)
    }
  })

  it('says when there is none', () => {
    expect(exifOrientation(exif('MM', [{ tag: 271, value: 1 }]))).toBeUndefined()
  })

  it.each<[string, Uint8Array]>([
    ['a value that is none', exif('II', [{ value: 9 }])],
    ['another type', exif('II', [{ type: 4, value: 1 }])],
    ['more than one value', exif('II', [{ count: 2, value: 1 }])],
    ['two of them', exif('II', [{ value: 1 }, { value: 6 }])],
    ['another magic number', exif('II', [{ value: 1 }], { magic: 43 })],
    ['a directory outside', exif('II', [{ value: 1 }], { at: 4_000_000_000 })],
    ['a directory that is cut off', exif('II', [{ value: 1 }]).subarray(0, 20)],
    ['nothing behind its name', Uint8Array.from(Buffer.from('Exif\0\0'))],
  ])('calls it unclear: %s', (_, bytes) => {
    expect(exifOrientation(bytes)).toBe('unclear')
  })
})
