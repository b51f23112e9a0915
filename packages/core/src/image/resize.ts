import type { Recipe } from '../models/manifest.js'
import type { RgbImage } from './decode.js'
import { sharp } from './sharp.js'

/**
 * Resizes by the recipe and cuts the centre: RGB of any size → RGB of crop × crop.
 *
 * The long edge is truncated to whole pixels, as torchvision and Hugging Face processors do.
 * A strip whose resized picture would be over `maxIntermediatePixels` is trimmed to what the crop
 * needs first: the same picture to within half a pixel, in bounded memory.
 * @source libvips `resize` with the cubic kernel (Catmull-Rom, a = −0.5); tensor cosine with Pillow
 *   0.9998 when shrinking
 */
export async function resizeToCrop(
  image: RgbImage,
  recipe: Pick<Recipe, 'resize' | 'centreCrop'>,
  maxIntermediatePixels: number,
): Promise<RgbImage> {
  const crop = recipe.centreCrop
  const full = shortestEdgeSize(image.width, image.height, recipe.resize.size)
  const trim = trimToCrop(image, full, crop, maxIntermediatePixels)

  let pipeline = sharp(image.data, {
    raw: { width: image.width, height: image.height, channels: 3 },
    limitInputPixels: false,
  })
  if (trim.isTrimmed) {
    pipeline = pipeline.extract({
      left: trim.x.from,
      top: trim.y.from,
      width: trim.x.length,
      height: trim.y.length,
    })
  }
  const data = await pipeline
    .resize(trim.x.resized, trim.y.resized, {
      fit: 'fill',
      kernel: kernelOf[recipe.resize.filter],
      fastShrinkOnLoad: false,
    })
    .extract({ left: trim.x.cropFrom, top: trim.y.cropFrom, width: crop, height: crop })
    .raw()
    .toBuffer()
  return { data, width: crop, height: crop }
}

const kernelOf = { bicubic: 'cubic', bilinear: 'linear', lanczos: 'lanczos3', nearest: 'nearest' } as const

/** Width and height after the shorter edge became `size` long. */
export function shortestEdgeSize(
  width: number,
  height: number,
  size: number,
): { width: number; height: number } {
  return width <= height
    ? { width: size, height: Math.trunc((size * height) / width) }
    : { width: Math.trunc((size * width) / height), height: size }
}

interface Axis {
  /** First source pixel that is used, and how many. */
  readonly from: number
  readonly length: number
  /** Length of that stretch after the resize. */
  readonly resized: number
  /** Where the crop begins in it. */
  readonly cropFrom: number
}

function trimToCrop(
  image: { readonly width: number; readonly height: number },
  full: { readonly width: number; readonly height: number },
  crop: number,
  maxIntermediatePixels: number,
): { isTrimmed: boolean; x: Axis; y: Axis } {
  const isTrimmed = full.width * full.height > maxIntermediatePixels
  const axis = isTrimmed ? trimmedAxis : wholeAxis
  return { isTrimmed, x: axis(image.width, full.width, crop), y: axis(image.height, full.height, crop) }
}

function wholeAxis(source: number, resized: number, crop: number): Axis {
  return { from: 0, length: source, resized, cropFrom: Math.floor((resized - crop) / 2) }
}

/** Keeps the crop and, on both sides, the reach of the widest filter (Lanczos: 3 pixels of the coarser grid). */
function trimmedAxis(source: number, resized: number, crop: number): Axis {
  const scale = resized / source
  const cropFrom = Math.floor((resized - crop) / 2)
  const reach = Math.ceil(3 * Math.max(1, 1 / scale)) + 1
  const from = Math.max(0, Math.floor(cropFrom / scale) - reach)
  const to = Math.min(source, Math.ceil((cropFrom + crop) / scale) + reach)
  const stretch = Math.max(crop, Math.round((to - from) * scale))
  return {
    from,
    length: to - from,
    resized: stretch,
    cropFrom: Math.max(0, Math.min(stretch - crop, Math.round(cropFrom - from * scale))),
  }
}
