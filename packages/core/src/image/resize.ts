import type { Recipe } from '../models/manifest.js'
import type { RgbImage } from './decode.js'
import { resample } from './resample.js'

/**
 * Resizes by the recipe and cuts the centre: RGB of any size → RGB of crop × crop, bit for bit what
 * Pillow makes. The long edge is truncated to whole pixels, as torchvision and Hugging Face
 * processors do. Only what the crop shows is computed, so that a strip of any shape costs no more.
 * @throws ImageTooLargeError when the picture between the two passes is over the limit
 */
export function resizeToCrop(
  image: RgbImage,
  recipe: Pick<Recipe, 'resize' | 'centreCrop'>,
  maxIntermediatePixels: number,
): RgbImage {
  const { size, filter } = recipe.resize
  const { width, height } = shortestEdgeSize(image.width, image.height, size)
  const crop = recipe.centreCrop
  const left = Math.floor((width - crop) / 2)
  const top = Math.floor((height - crop) / 2)
  return resample(image, {
    filter,
    width,
    height,
    crop: { left, top, width: crop, height: crop },
    maxIntermediatePixels,
  })
}

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
