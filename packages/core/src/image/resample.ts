import type { RgbImage } from './decode.js'

/** A kernel: weight at a distance, and how far it reaches, in pixels of the coarser grid. */
interface Filter {
  readonly support: number
  readonly weight: (distance: number) => number
}

/** @source Pillow, `Image.resize`: bicubic with a = −0.5 (Keys, 1981), Lanczos with three lobes */
const filters = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: (x) => (x > -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const satisfies Record<string, Filter>

export type ResampleFilter = keyof typeof filters

export interface ResampleOptions {
  readonly filter: ResampleFilter
  /** Size of the whole resized picture, in pixels. */
  readonly width: number
  readonly height: number
  /** The part of it that is wanted. Nothing outside is computed. */
  readonly crop: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
}

// Weights are integers of 22 fractional bits: 8 bits of pixel and 2 of headroom fill the 32.
const precisionBits = 22

/**
 * Resizes and crops exactly as Pillow's `Image.resize` does, bit for bit: fixed-point weights,
 * antialiased when shrinking, the horizontal pass first and rounded to 8 bits before the vertical.
 * Costs (columns × rows × reach) of the crop; runs in this thread.
 */
export function resample(image: RgbImage, options: ResampleOptions): RgbImage {
  const { crop } = options
  const filter = filters[options.filter]
  const columns = weightsOf(image.width, options.width, crop.left, crop.width, filter)
  const rows = weightsOf(image.height, options.height, crop.top, crop.height, filter)

  const firstRow = rows.first[0]!
  const lastRow = rows.first[crop.height - 1]! + rows.count[crop.height - 1]!
  const between = horizontal(image, columns, crop.width, firstRow, lastRow)
  return {
    data: vertical(between, rows, crop.width, crop.height, firstRow),
    width: crop.width,
    height: crop.height,
  }
}

/** For each output position: the first input position, how many, and their weights. */
interface Weights {
  readonly first: Int32Array
  readonly count: Int32Array
  /** `stride` places a position, 22 fractional bits. */
  readonly weight: Int32Array
  readonly stride: number
}

function weightsOf(inputs: number, outputs: number, from: number, length: number, filter: Filter): Weights {
  const scale = inputs / outputs
  const stretch = Math.max(scale, 1)
  const support = filter.support * stretch
  const stride = Math.ceil(support) * 2 + 1
  const weights: Weights = {
    first: new Int32Array(length),
    count: new Int32Array(length),
    weight: new Int32Array(length * stride),
    stride,
  }
  const real = new Float64Array(stride)
  for (let i = 0; i < length; i++) {
    const centre = (from + i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const count = Math.min(inputs, Math.trunc(centre + support + 0.5)) - first
    let sum = 0
    for (let k = 0; k < count; k++) {
      real[k] = filter.weight((first + k - centre + 0.5) * (1 / stretch))
      sum += real[k]!
    }
    for (let k = 0; k < count; k++) {
      const share = sum === 0 ? real[k]! : real[k]! / sum
      weights.weight[i * stride + k] = Math.trunc(share * 2 ** precisionBits + (share < 0 ? -0.5 : 0.5))
    }
    weights.first[i] = first
    weights.count[i] = count
  }
  return weights
}

const half = 2 ** (precisionBits - 1)

function horizontal(
  image: RgbImage,
  columns: Weights,
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
  rows: Weights,
  width: number,
  height: number,
  firstRow: number,
): Uint8Array {
  const out = new Uint8ClampedArray(width * height * 3)
  const stride = width * 3
  for (let y = 0; y < height; y++) {
    const count = rows.count[y]!
    const begin = (rows.first[y]! - firstRow) * stride
    for (let x = 0; x < stride; x++) {
      let sum = half
      let from = begin + x
      for (let k = 0; k < count; k++, from += stride) sum += data[from]! * rows.weight[y * rows.stride + k]!
      out[y * stride + x] = sum >> precisionBits
    }
  }
  return new Uint8Array(out.buffer)
}

function cubic(distance: number): number {
  const a = -0.5
  const x = Math.abs(distance)
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a
  return 0
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI)
}
