import { precisionBits, type ResampleWeights } from '../resample-weights.js'
import type { JpegMachine, MachineViews } from './jpeg-kernel.js'

const half = 2 ** (precisionBits - 1)

/** Addresses of the weights of an axis, as `vertical` takes them. */
export interface PlacedWeights {
  readonly first: number
  readonly count: number
  readonly high: number
  readonly low: number
  readonly stride: number
  write(views: MachineViews): void
}

/** And with those of 16 bits, as `horizontalPlanes` takes them. */
export interface PlacedShortWeights extends PlacedWeights {
  readonly short: number
  readonly shift: number
  readonly least: number
  readonly most: number
}

/**
 * @param origin  input position that the pixels begin with
 * @param step    taps that the kernel takes at a time: counts and the stride are rounded up to it
 */
export function placeWeights(
  { place }: JpegMachine,
  weights: ResampleWeights,
  origin: number,
  step: number,
): PlacedWeights {
  const { first, count, weight } = weights
  const stride = roundUp(weights.stride, step)
  const bytes = first.length * stride * 2
  const at = {
    first: place(first.byteLength),
    count: place(count.byteLength),
    high: place(bytes),
    low: place(bytes),
    stride,
  }
  function write({ words, halves }: MachineViews): void {
    for (let i = 0; i < first.length; i++) {
      words[at.first / 4 + i] = first[i]! - origin
      words[at.count / 4 + i] = roundUp(count[i]!, step)
      const to = i * stride
      const from = i * weights.stride
      for (let k = 0; k < stride; k++) {
        const each = k < weights.stride ? weight[from + k]! : 0
        halves[at.high / 2 + to + k] = each >> 12
        halves[at.low / 2 + to + k] = each & 4095
      }
    }
  }
  return { ...at, write }
}

/** Also rounded to 16 bits, and between which bounds the rest of them keeps the sum: see ../resample-simd.ts. */
export function placeShortWeights(
  machine: JpegMachine,
  weights: ResampleWeights,
  origin: number,
  step: number,
): PlacedShortWeights {
  const { first, weight } = weights
  const whole = placeWeights(machine, weights, origin, step)
  const { stride } = whole
  let largest = 0
  for (const each of weight) largest = Math.max(largest, Math.abs(each))
  let shift = 0
  while (roundedTo(largest, shift) > 32_767) shift++
  const at = {
    short: machine.place(first.length * stride * 2),
    shift,
    least: machine.place(first.byteLength),
    most: machine.place(first.byteLength),
  }
  function write(views: MachineViews): void {
    whole.write(views)
    const { words, halves } = views
    for (let i = 0; i < first.length; i++) {
      let rests = 0
      let most = 0
      for (let k = 0; k < stride; k++) {
        const each = k < weights.stride ? weight[i * weights.stride + k]! : 0
        const short = roundedTo(each, shift)
        const rest = each - short * 2 ** shift
        halves[at.short / 2 + i * stride + k] = short
        rests += rest
        most += Math.abs(rest)
      }
      words[at.least / 4 + i] = half + 128 * (rests - most)
      words[at.most / 4 + i] = half + 128 * (rests + most)
    }
  }
  return { ...whole, ...at, write }
}

/** The nearest multiple of 2 to the power of `shift`, as a multiple. */
function roundedTo(weight: number, shift: number): number {
  return (weight + ((1 << shift) >> 1)) >> shift
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}
