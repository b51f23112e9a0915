import { precisionBits, type ResampleWeights } from './resample-weights.js'
import type { RgbImage } from './rgb-image.js'

const half = 2 ** (precisionBits - 1)

/** The two passes in plain JavaScript: the reference for the SIMD kernel, and its stand-in. */
export function resamplePortable(
  image: RgbImage,
  columns: ResampleWeights,
  rows: ResampleWeights,
): Uint8Array {
  const width = columns.first.length
  const height = rows.first.length
  const firstRow = rows.first[0]!
  const lastRow = rows.first[height - 1]! + rows.count[height - 1]!
  return vertical(horizontal(image, columns, width, firstRow, lastRow), rows, width, height, firstRow)
}

function horizontal(
  image: RgbImage,
  columns: ResampleWeights,
  width: number,
  firstRow: number,
  lastRow: number,
): Uint8ClampedArray {
  const out = new Uint8ClampedArray((lastRow - firstRow) * width * 3)
  const { data } = image
  let to = 0
  for (let y = firstRow; y < lastRow; y++) {
    const row = y * image.width * 3
    for (let x = 0; x < width; x++) {
      let r = half
      let g = half
      let b = half
      let from = row + columns.first[x]! * 3
      let k = x * columns.stride
      for (const end = k + columns.count[x]!; k < end; k++, from += 3) {
        const weight = columns.weight[k]!
        r += data[from]! * weight
        g += data[from + 1]! * weight
        b += data[from + 2]! * weight
      }
      out[to++] = r >> precisionBits
      out[to++] = g >> precisionBits
      out[to++] = b >> precisionBits
    }
  }
  return out
}

function vertical(
  data: Uint8ClampedArray,
  rows: ResampleWeights,
  width: number,
  height: number,
  firstRow: number,
): Uint8Array {
  const rowBytes = width * 3
  const out = new Uint8ClampedArray(height * rowBytes)
  for (let y = 0; y < height; y++) {
    const begin = (rows.first[y]! - firstRow) * rowBytes
    for (let x = 0; x < rowBytes; x++) {
      let sum = half
      let from = begin + x
      let k = y * rows.stride
      for (const end = k + rows.count[y]!; k < end; k++, from += rowBytes)
        sum += data[from]! * rows.weight[k]!
      out[y * rowBytes + x] = sum >> precisionBits
    }
  }
  return new Uint8Array(out.buffer)
}
