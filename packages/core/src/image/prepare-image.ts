import type { InputTensor } from '../inference/backend.js'
import type { ModelManifest } from '../models/manifest.js'
import type { DecodeMode, EmbedLimits } from '../options.js'
import { decodeImage } from './decode.js'
import { resizeJpeg } from './jpeg/resize-jpeg.js'
import { chooseScale } from './jpeg-scale.js'
import { probeImage } from './probe.js'
import { resizeByRecipe } from './resize.js'
import { toTensor } from './to-tensor.js'

/** What a model wants of a picture. */
export interface PictureRecipe {
  readonly input: ModelManifest['input']
  readonly recipe: ModelManifest['recipe']
}

/** What holds for pictures of every model. */
export interface DecodeOptions {
  readonly limits: EmbedLimits
  /** @default exact */
  readonly decode?: DecodeMode
}

/** What must be known to make a model's input of an image file. */
export interface PrepareOptions extends PictureRecipe, DecodeOptions {}

export interface PreparedImage {
  readonly tensor: InputTensor
  readonly decodeMs: number
  readonly resizeMs: number
}

/**
 * The bytes of an image file → the model's input: probe, decode, resize by the recipe. The usual JPEG goes a
 * shorter way, with the same pixels.
 * @throws PixvecError saying what is wrong with the image
 */
export async function prepareImage(bytes: Uint8Array, options: PrepareOptions): Promise<PreparedImage> {
  const { input, recipe, limits } = options
  const isFast = options.decode === 'fast'
  const begin = performance.now()
  const jpeg = prepareJpeg(bytes, options)
  if (jpeg) return jpeg
  const probed = await probeImage(bytes, limits)
  const scale = isFast ? chooseScale(bytes, probed, recipe) : 1
  const image = await decodeImage(bytes, probed, recipe, limits.timeoutMs, scale)
  const decoded = performance.now()
  const tensor = toTensor(
    resizeByRecipe(image, recipe, limits.maxIntermediatePixels),
    input,
    recipe.normalize,
  )
  return { tensor, decodeMs: decoded - begin, resizeMs: performance.now() - decoded }
}

/** @returns undefined for all that is no JPEG of a usual kind */
function prepareJpeg(
  bytes: Uint8Array,
  { input, recipe, limits, decode }: PrepareOptions,
): PreparedImage | undefined {
  const jpeg = resizeJpeg(bytes, recipe, limits, decode)
  if (!jpeg) return undefined
  const made = performance.now()
  const tensor = toTensor(jpeg.image, input, recipe.normalize)
  return { tensor, decodeMs: jpeg.decodeMs, resizeMs: jpeg.resizeMs + performance.now() - made }
}
