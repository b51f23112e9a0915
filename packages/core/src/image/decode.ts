import { DeadlineExceededError, InternalError, UndecodableImageError } from '../errors.js'
import type { Recipe } from '../models/manifest.js'
import { cmykToRgb } from './cmyk.js'
import { flattenOnColour } from './flatten.js'
import { paintUncovered, readGifFirstFrame } from './gif-first-frame.js'
import type { JpegScale } from './jpeg-scale.js'
import { firstLine, type ProbedImage } from './probe.js'
import type { RgbImage } from './rgb-image.js'
import { scaledFrom, withScaledJpeg } from './scaled-jpeg.js'
import { type Sharp, sharp } from './sharp.js'

/**
 * File bytes → upright RGB pixels, decoded by libvips off the JavaScript thread.
 *
 * Only the first frame or page. A truncated or damaged file is an error and never half a picture.
 * The pixels are those of Pillow's `convert('RGB')`: embedded ICC profiles are ignored and CMYK is
 * converted without a profile, because the stored vectors of Python pipelines come from such pixels.
 * 16 bits a sample become the upper 8.
 * @param timeoutMs  libvips stops by itself after this long, rounded up to a second
 * @param scale      of a JPEG: what is made instead of the exact pixels are the fewer ones of Pillow's `draft`
 * @throws UndecodableImageError, DeadlineExceededError
 */
export async function decodeImage(
  bytes: Uint8Array,
  probed: ProbedImage,
  recipe: Pick<Recipe, 'exifOrientation' | 'alpha'>,
  timeoutMs: number,
  scale: JpegScale = 1,
): Promise<RgbImage> {
  if (scale === 1) return decodeFrom(bytes, probed, recipe, timeoutMs)
  const image = await withScaledJpeg(bytes, scale, (name) => decodeFrom(name, probed, recipe, timeoutMs))
  const from = scaledFrom(probed, scale, recipe.exifOrientation)
  if (image.width !== Math.ceil(from.width / scale) || image.height !== Math.ceil(from.height / scale)) {
    throw new InternalError(`libvips made ${image.width} × ${image.height} of a JPEG at 1/${scale}.`)
  }
  return { ...image, scaledFrom: from }
}

/** @param input  the bytes of a file, or the name under which libvips finds it */
async function decodeFrom(
  input: Uint8Array | string,
  probed: ProbedImage,
  recipe: Pick<Recipe, 'exifOrientation' | 'alpha'>,
  timeoutMs: number,
): Promise<RgbImage> {
  const { alpha } = recipe
  const gif = probed.format === 'GIF' && typeof input !== 'string' ? readGifFirstFrame(input) : undefined
  const pipeline = sharp(gif && alpha === 'drop' ? gif.opaque : input, {
    failOn: 'error',
    limitInputPixels: probed.width * probed.height,
    pages: 1,
    ignoreIcc: true,
    autoOrient: recipe.exifOrientation,
    sequentialRead: true,
  }).timeout({ seconds: Math.max(1, Math.ceil(timeoutMs / 1000)) })
  const upright = recipe.exifOrientation ? turn(pipeline, probed.xmpOrientation) : pipeline
  const opaque = alpha === 'drop' || probed.isCmyk ? upright.removeAlpha() : upright
  const coloured = probed.isCmyk
    ? opaque.pipelineColourspace('cmyk').toColourspace('cmyk')
    : opaque.toColourspace('srgb')
  try {
    const { data, info } = await coloured.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    const image = { data: toRgb(data, info.channels), width: info.width, height: info.height }
    if (gif && (alpha === 'drop' || !gif.isTransparent)) paintUncovered(image, gif)
    return image
  } catch (cause) {
    if (/timeout/i.test(firstLine(cause))) throw new DeadlineExceededError(timeoutMs)
    throw new UndecodableImageError(`The ${probed.format} image cannot be decoded: ${firstLine(cause)}.`, {
      cause,
    })
  }

  function toRgb(data: Uint8Array, channels: number): Uint8Array {
    if (channels === 3) return data
    if (channels === 4 && probed.isCmyk) return cmykToRgb(data)
    if (channels === 4 && alpha !== 'drop') return flattenOnColour(data, alpha.flattenOn)
    throw new Error(`${channels} channels after the conversion to sRGB`)
  }
}

/** Turns upright what XMP alone says is not: EXIF is read by libvips. @source EXIF 2.3, tag 274 */
function turn(pipeline: Sharp, orientation: number | undefined): Sharp {
  if (orientation === 2) return pipeline.flop()
  if (orientation === 3) return pipeline.rotate(180)
  if (orientation === 4) return pipeline.flip()
  if (orientation === 5) return pipeline.flip().rotate(90)
  if (orientation === 6) return pipeline.rotate(90)
  if (orientation === 7) return pipeline.flop().rotate(90)
  if (orientation === 8) return pipeline.rotate(270)
  return pipeline
}
