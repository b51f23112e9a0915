import type { Recipe } from '../models/manifest.js'
import type { RgbImage } from './decode.js'
import { type ResampleFilter, resample } from './resample.js'
import { sharp } from './sharp.js'

/**
 * Resizes by the recipe and cuts the centre: RGB of any size → RGB of crop × crop.
 *
 * The long edge is truncated to whole pixels, as torchvision and Hugging Face processors do.
 * Enlarging is Pillow's arithmetic bit for bit (libvips is off by half a pixel there) and costs
 * little, since only the crop is made. Shrinking is libvips' cubic kernel (Catmull-Rom, a = −0.5),
 * off this thread; its tensor has cosine 0.9998 with Pillow's.
 * @param maxIntermediatePixels  a strip that would stay larger than this after shrinking is trimmed
 *   to what the crop needs first: the same picture to within half a pixel, in bounded memory
 */
export async function resizeToCrop(
  image: RgbImage,
  recipe: Pick<Recipe, 'resize' | 'centreCrop'>,
  maxIntermediatePixels: number,
): Promise<RgbImage> {
  const crop = recipe.centreCrop
  const { size, filter } = recipe.resize
  const full = shortestEdgeSize(image.width, image.height, size)
  if (Math.min(image.width, image.height) < size) {
    const left = Math.floor((full.width - crop) / 2)
    const top = Math.floor((full.height - crop) / 2)
    return resample(image, { ...full, filter, crop: { left, top, width: crop, height: crop } })
  }
  return shrinkToCrop(image, full, crop, filter, maxIntermediatePixels)
}

async function shrinkToCrop(
  image: RgbImage,
  full: Size,
  crop: number,
  filter: ResampleFilter,
  maxIntermediatePixels: number,
): Promise<RgbImage> {
  const trim = trimToCrop(image, full, crop, maxIntermediatePixels)
  const { x, y } = trim
  const pixels = sharp(image.data, {
    raw: { width: image.width, height: image.height, channels: 3 },
    limitInputPixels: false,
  })
  const stretch = trim.isTrimmed
    ? pixels.extract({ left: x.from, top: y.from, width: x.length, height: y.length })
    : pixels
  const data = await stretch
    .resize(x.resized, y.resized, { fit: 'fill', kernel: kernelOf[filter], fastShrinkOnLoad: false })
    .extract({ left: x.cropFrom, top: y.cropFrom, width: crop, height: crop })
    .raw()
    .toBuffer()
  return { data, width: crop, height: crop }
}

interface Size {
  readonly width: number
  readonly height: number
}

const kernelOf = { bicubic: 'cubic', bilinear: 'linear', lanczos: 'lanczos3' } as const

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
  image: Size,
  full: Size,
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
