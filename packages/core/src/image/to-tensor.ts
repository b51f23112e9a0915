import { InternalError } from '../errors.js'
import type { InputTensor } from '../inference/backend.js'
import type { ModelManifest, Recipe } from '../models/manifest.js'
import type { RgbImage } from './rgb-image.js'

type Normalize = NonNullable<Recipe['normalize']>

/**
 * Cropped pixels → the numbers that the graph takes for one image, in the layout, channel order and
 * type of the manifest. uint8 is the pixels as they are; scaling is in the graph then.
 * @returns uint8[3·H·W], or float32[3·H·W] of (x · scale − mean) ÷ std
 * @throws InternalError when the picture is not the size of the model's input
 */
export function toTensor(
  image: RgbImage,
  input: ModelManifest['input'],
  normalize?: Recipe['normalize'],
): InputTensor {
  if (image.width !== input.width || image.height !== input.height) {
    throw new InternalError(
      `The recipe gives ${image.width} × ${image.height}; the model takes ${input.width} × ${input.height}.`,
    )
  }
  if (input.type === 'uint8' && input.layout === 'NHWC' && input.channels === 'RGB') return image.data

  const { data } = image
  const pixels = image.width * image.height
  const tensor = input.type === 'float32' ? new Float32Array(pixels * 3) : new Uint8Array(pixels * 3)
  const [step, next] = input.layout === 'NHWC' ? [3, 1] : [1, pixels]
  for (let channel = 0; channel < 3; channel++) {
    const values = input.type === 'float32' ? valuesOf(channel, normalize) : identity
    let to = (input.channels === 'RGB' ? channel : 2 - channel) * next
    for (let from = channel; from < data.length; from += 3, to += step) tensor[to] = values[data[from]!]!
  }
  return tensor
}

const identity = Uint8Array.from({ length: 256 }, (_, value) => value)

/**
 * The float32 of each of the 256 values of a channel. Each step is rounded as numpy does it, so that
 * no bit differs: the scale is applied in float64 and rounded, mean and deviation are float32.
 * @source Hugging Face transformers, `rescale` and `normalize` in image_transforms.py
 */
function valuesOf(channel: number, normalize: Recipe['normalize']): Float32Array {
  const { scale, mean, std } = normalize ?? missing()
  const [shift, spread] = [Math.fround(mean[channel]!), Math.fround(std[channel]!)]
  return Float32Array.from(
    { length: 256 },
    (_, value) => Math.fround(Math.fround(value * scale) - shift) / spread,
  )
}

function missing(): Normalize {
  throw new InternalError('The recipe of a float32 input has no normalize.')
}
