import { decodeImage } from '../src/image/decode.js'
import { readJpegHeaders } from '../src/image/jpeg/jpeg-headers.js'
import { resizeJpeg } from '../src/image/jpeg/resize-jpeg.js'
import { probeImage } from '../src/image/probe.js'
import { resizeByRecipe } from '../src/image/resize.js'
import type { RgbImage } from '../src/image/rgb-image.js'
import type { Recipe } from '../src/models/manifest.js'
import { defaultLimits } from '../src/options.js'

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
export async function besideSharp(bytes: Uint8Array, resize: Resize): Promise<'left' | 'same' | string> {
  const ours = resizeJpeg(bytes, { ...resize, exifOrientation: way.exifOrientation }, defaultLimits)
  if (!ours) return 'left'
  let theirs: RgbImage
  try {
    theirs = resizeByRecipe(
      await decodeImage(bytes, await probeImage(bytes, defaultLimits), way, 20_000),
      resize,
      Number.POSITIVE_INFINITY,
    )
  } catch (cause) {
    return `libvips refuses it: ${String(cause)}`
  }
  const { image } = ours
  if (image.width !== theirs.width || image.height !== theirs.height) return 'of another size'
  const differences = image.data.reduce((sum, each, i) => sum + Number(each !== theirs.data[i]), 0)
  return differences === 0 ? 'same' : `${differences} of ${image.data.length} bytes differ`
}
