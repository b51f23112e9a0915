import { cropSize, type Recipe } from '../models/manifest.js'
import { type ResamplePasses, resample } from './resample.js'
import type { RgbImage } from './rgb-image.js'

type Resize = Recipe['resize']
type Pad = Extract<Resize, { mode: 'pad' }>
interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Resizes by the recipe and cuts the centre, bit for bit what Pillow makes. Only what the crop shows
 * is computed, so that a strip of any shape costs no more.
 * @throws ImageTooLargeError when the picture between the two passes is over the limit
 * @param passes  what applies the weights @default WebAssembly SIMD on the pixels of the image
 */
export function resizeByRecipe(
  image: RgbImage,
  recipe: Pick<Recipe, 'resize' | 'centreCrop' | 'offsetRounding'>,
  maxIntermediatePixels: number,
  passes?: ResamplePasses,
): RgbImage {
  const { resize } = recipe
  const whole = resizedSize(image.scaledFrom ?? image, resize)
  const options = { filter: resize.filter, ...whole, maxIntermediatePixels }
  if (resize.mode === 'pad') {
    const small = resample(image, { ...options, crop: { left: 0, top: 0, ...whole } }, passes)
    return padTo(resize, small, roundOffset[recipe.offsetRounding ?? 'round'])
  }
  const shown = cropSize(recipe) ?? whole
  const round = roundOffset[recipe.offsetRounding ?? 'floor']
  const left = round((whole.width - shown.width) / 2)
  const top = round((whole.height - shown.height) / 2)
  return resample(image, { ...options, crop: { left, top, ...shown } }, passes)
}

/** Width and height of the whole picture after the resize, before padding and crop. */
export function resizedSize(image: Size, resize: Resize): Size {
  const { width, height } = image
  if (resize.mode === 'squash') return { width: resize.width, height: resize.height }
  if (resize.mode === 'shortest-edge') {
    const round = roundLength[resize.rounding ?? 'truncate']
    return width <= height
      ? { width: resize.size, height: round((resize.size * height) / width) }
      : { width: round((resize.size * width) / height), height: resize.size }
  }
  const round = (length: number) => Math.max(1, roundLength[resize.rounding ?? 'round'](length))
  return width / height > resize.width / resize.height
    ? { width: resize.width, height: round((height / width) * resize.width) }
    : { width: round((width / height) * resize.height), height: resize.height }
}

/** Puts a picture in the middle of a larger one of one colour. */
function padTo({ width, height, colour }: Pad, small: RgbImage, round: (offset: number) => number): RgbImage {
  if (small.width === width && small.height === height) return small
  const data = new Uint8Array(width * height * 3)
  const around = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  for (let i = 0; i < data.length; i++) data[i] = around[i % 3]!
  const left = round((width - small.width) / 2)
  const top = round((height - small.height) / 2)
  const rowBytes = small.width * 3
  for (let y = 0; y < small.height; y++) {
    data.set(small.data.subarray(y * rowBytes, (y + 1) * rowBytes), ((top + y) * width + left) * 3)
  }
  return { data, width, height }
}

const roundLength = { truncate: Math.trunc, round: halfToEven, ceil: Math.ceil } as const
const roundOffset = { floor: Math.floor, round: halfToEven } as const

/** Python's `round`. */
function halfToEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below
}
