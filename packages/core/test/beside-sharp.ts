import { decodeImage } from '../src/image/decode.js'
import { readJpegHeaders } from '../src/image/jpeg/jpeg-headers.js'
import { resampleJpeg } from '../src/image/jpeg/resample-jpeg.js'
import { resizeJpeg } from '../src/image/jpeg/resize-jpeg.js'
import { chooseScale, type JpegScale } from '../src/image/jpeg-scale.js'
import { probeImage } from '../src/image/probe.js'
import { resampleWeights } from '../src/image/resample-weights.js'
import { resizeByRecipe } from '../src/image/resize.js'
import type { RgbImage } from '../src/image/rgb-image.js'
import type { Recipe } from '../src/models/manifest.js'
import { type DecodeMode, defaultLimits } from '../src/options.js'

type Resize = Pick<Recipe, 'resize' | 'centreCrop'>

const way = { exifOrientation: true, alpha: 'drop' } as const

/** Every pixel of the picture as it is: of the size that it has. */
export function wholePicture(bytes: Uint8Array): Resize | undefined {
  const headers = readJpegHeaders(bytes)
  if (!headers) return undefined
  const { width, height } = headers.frame
  const upright = headers.orientation >= 5 ? { width: height, height: width } : { width, height }
  return { resize: { mode: 'squash', ...upright, filter: 'bicubic' } }
}

/** As the built-in model wants it: a part of the rows and columns. */
export const centre: Resize = {
  resize: { mode: 'shortest-edge', size: 44, filter: 'bicubic' },
  centreCrop: 40,
}

/**
 * Decodes and resizes a JPEG ourselves, and by libvips.
 * @returns 'left' when we leave it to libvips; 'same' when no pixel differs
 */
export async function besideSharp(
  bytes: Uint8Array,
  resize: Resize,
  decode: DecodeMode = 'exact',
): Promise<'left' | 'same' | string> {
  const recipe = { ...resize, ...way }
  const ours = resizeJpeg(bytes, recipe, defaultLimits, decode)
  if (!ours) return 'left'
  return compared(ours.image, async () => {
    const probed = await probeImage(bytes, defaultLimits)
    const scale = decode === 'fast' ? chooseScale(bytes, probed, recipe) : 1
    const image = await decodeImage(bytes, probed, way, 20_000, scale)
    return resizeByRecipe(image, resize, Number.POSITIVE_INFINITY)
  })
}

/** Decodes a JPEG at a fraction ourselves, and by libvips: every pixel of it, not resized. */
export async function scaledBesideSharp(
  bytes: Uint8Array,
  scale: JpegScale,
): Promise<'left' | 'same' | string> {
  const headers = readJpegHeaders(bytes)
  if (!headers) return 'left'
  const stored = [headers.frame.width, headers.frame.height].map((length) => Math.ceil(length / scale))
  const [width, height] = (headers.orientation >= 5 ? stored.reverse() : stored) as [number, number]
  const asItIs = (length: number) => resampleWeights(length, length, 0, length, 'box')
  const noClock = { start: () => {}, stop: () => {} }
  const data = resampleJpeg(bytes, headers, scale, asItIs(width), asItIs(height), noClock)
  if (!data) return 'left'
  return compared({ data, width, height }, async () =>
    decodeImage(bytes, await probeImage(bytes, defaultLimits), way, 20_000, scale),
  )
}

async function compared(ours: RgbImage, byLibvips: () => Promise<RgbImage>): Promise<'same' | string> {
  let theirs: RgbImage
  try {
    theirs = await byLibvips()
  } catch (cause) {
    return `libvips refuses it: ${String(cause)}`
  }
  if (ours.width !== theirs.width || ours.height !== theirs.height) return 'of another size'
  const differences = ours.data.reduce((sum, each, i) => sum + Number(each !== theirs.data[i]), 0)
  return differences === 0 ? 'same' : `${differences} of ${ours.data.length} bytes differ`
}
