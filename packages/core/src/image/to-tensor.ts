import { InternalError } from '../errors.js'
import type { InputTensor } from '../inference/backend.js'
import type { ModelManifest } from '../models/manifest.js'
import type { RgbImage } from './decode.js'

/**
 * Cropped pixels → the numbers that the graph takes for one image: uint8[H·W·3], channels last.
 * Scaling and normalisation are in the graph of a model whose input type is uint8.
 * @throws InternalError when the picture is not the size of the model's input: the recipe and the
 *   input of the manifest disagree
 */
export function toTensor(image: RgbImage, input: ModelManifest['input']): InputTensor {
  if (image.width !== input.width || image.height !== input.height) {
    throw new InternalError(
      `The recipe gives ${image.width} × ${image.height}; the model takes ${input.width} × ${input.height}.`,
    )
  }
  return image.data
}
