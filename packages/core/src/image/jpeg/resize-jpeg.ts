import type { Recipe } from '../../models/manifest.js'
import type { DecodeMode, EmbedLimits } from '../../options.js'
import { draftedScale } from '../jpeg-scale.js'
import { resizeByRecipe } from '../resize.js'
import type { RgbImage } from '../rgb-image.js'
import { scaledFrom } from '../scaled-jpeg.js'
import { readJpegHeaders } from './jpeg-headers.js'
import { resampleJpeg } from './resample-jpeg.js'

export interface ResizedJpeg {
  readonly image: RgbImage
  readonly decodeMs: number
  readonly resizeMs: number
}

/**
 * A JPEG file → the picture that the recipe wants, decoded and resized in one go, with every bit as libvips and
 * Pillow have it.
 * @param decode  'fast' for one that is scaled while it is decoded, where it is large enough @default exact
 * @returns undefined for all that is not surely a sound JPEG of a usual kind within the limits: whoever decodes
 *   everything else says what is wrong with it
 */
export function resizeJpeg(
  bytes: Uint8Array,
  recipe: Pick<Recipe, 'resize' | 'centreCrop' | 'offsetRounding' | 'exifOrientation'>,
  limits: EmbedLimits,
  decode: DecodeMode = 'exact',
): ResizedJpeg | undefined {
  const begin = performance.now()
  if (bytes.length > limits.maxImageBytes || recipe.resize.filter === 'nearest') return undefined
  const headers = readJpegHeaders(bytes)
  if (!headers) return undefined
  const { width, height } = headers.frame
  if (width * height > limits.maxPixels || Math.max(width, height) > limits.maxEdgePixels) return undefined
  const orientation = recipe.exifOrientation ? headers.orientation : 1
  const upright = orientation >= 5 ? { width: height, height: width } : { width, height }
  const scale = decode === 'fast' ? draftedScale(upright, recipe.resize) : 1
  const clock = createClock()
  try {
    const image = resizeByRecipe(
      scale === 1 ? { ...upright, data: noPixels } : scaledPicture(),
      recipe,
      limits.maxIntermediatePixels,
      (_, columns, rows) => {
        const pixels = resampleJpeg(bytes, { ...headers, orientation }, scale, columns, rows, clock)
        if (!pixels) throw new NotOurs()
        return pixels
      },
    )
    const resizeMs = clock.passedMs()
    return { image, decodeMs: performance.now() - begin - resizeMs, resizeMs }
  } catch {
    // Also what is over a limit: first of all a picture must be sound.
    return undefined
  }

  function scaledPicture(): RgbImage {
    return {
      width: Math.ceil(upright.width / scale),
      height: Math.ceil(upright.height / scale),
      data: noPixels,
      scaledFrom: scaledFrom({ width, height, orientation }, scale, true),
    }
  }
}

const noPixels = new Uint8Array()

class NotOurs extends Error {}

function createClock() {
  let sum = 0
  let since = 0
  return {
    start: () => {
      since = performance.now()
    },
    stop: () => {
      sum += performance.now() - since
    },
    passedMs: () => sum,
  }
}
