import { DeadlineExceededError, UndecodableImageError } from '../errors.js'
import type { Recipe } from '../models/manifest.js'
import { firstLine, type ProbedImage } from './probe.js'
import { sharp } from './sharp.js'

/** Pixels of one picture: height × width × 3, uint8, sRGB, upright. */
export interface RgbImage {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/**
 * File bytes → upright RGB pixels, decoded by libvips off the JavaScript thread.
 *
 * Only the first frame or page. A truncated or damaged file is an error and never half a picture.
 * Embedded ICC profiles are ignored, as Pillow does: the stored vectors of Python pipelines come
 * from unconverted pixels. 16 bits a sample become the upper 8.
 * @param timeoutMs  libvips stops by itself after this long, rounded up to a second
 * @throws UndecodableImageError, DeadlineExceededError
 */
export async function decodeImage(
  bytes: Uint8Array,
  probed: ProbedImage,
  recipe: Pick<Recipe, 'exifOrientation' | 'alpha'>,
  timeoutMs: number,
): Promise<RgbImage> {
  const pipeline = sharp(bytes, {
    failOn: 'error',
    limitInputPixels: probed.width * probed.height,
    pages: 1,
    ignoreIcc: true,
    autoOrient: recipe.exifOrientation,
    sequentialRead: true,
  }).timeout({ seconds: Math.max(1, Math.ceil(timeoutMs / 1000)) })

  const opaque =
    recipe.alpha === 'drop'
      ? pipeline.removeAlpha()
      : pipeline.flatten({ background: recipe.alpha.flattenOn })
  try {
    const { data, info } = await opaque
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) throw new Error(`${info.channels} channels after the conversion to sRGB`)
    return { data, width: info.width, height: info.height }
  } catch (cause) {
    if (/timeout/i.test(firstLine(cause))) throw new DeadlineExceededError(timeoutMs)
    throw new UndecodableImageError(`The ${probed.format} image cannot be decoded: ${firstLine(cause)}.`, {
      cause,
    })
  }
}
