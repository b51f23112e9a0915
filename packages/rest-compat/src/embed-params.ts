import {
  decodeBase64Image,
  decodeLongBase64Image,
  InvalidDimensionError,
  LongText,
  MalformedRequestError,
  MissingImageError,
  type ModelInfo,
  UrlInputDisabledError,
} from '@pixvec/core'
import { z } from 'zod'
import { nameKind } from './read-json.js'
import type { WireFields } from './wire-fields.js'

/** What is asked for, checked: bytes and a size that the model gives. */
export interface EmbedParams {
  readonly image: Uint8Array
  readonly dimension: number
}

/**
 * Fields of a request → what to embed. The one place where the wire's fields are checked, whatever body
 * or query they came in.
 * @throws PixvecError MISSING_IMAGE, INVALID_BASE64, URL_INPUT_DISABLED, INVALID_DIMENSION, MALFORMED_REQUEST
 */
export async function toEmbedParams(
  fields: WireFields,
  model: ModelInfo,
  maxImageBytes: number,
): Promise<EmbedParams> {
  const dimension = readDimension(fields.dimension, model)
  const image = ImageField.safeParse(fields.img)
  if (!image.success) {
    throw new MalformedRequestError(
      `Expected \`img\` to be a string, the base64 of one image file; received ${nameKind(fields.img)}.`,
    )
  }
  const { data } = image
  if (data instanceof LongText) return { image: await decodeLongBase64Image(data, maxImageBytes), dimension }
  if (data === undefined || data.length === 0) throw noImage(fields)
  return { image: typeof data === 'string' ? decodeBase64Image(data, maxImageBytes) : data, dimension }
}

const ImageField = z.union([z.string(), z.instanceof(LongText), z.instanceof(Uint8Array)]).optional()

/** A form knows only text, so a size in digits counts as a number. */
const DimensionField = z.union([
  z.int(),
  z
    .string()
    .trim()
    .regex(/^\d{1,9}$/)
    .transform(Number),
])

function readDimension(received: unknown, model: ModelInfo): number {
  if (received === undefined || received === null || received === '') return model.defaultDimension
  const dimension = DimensionField.safeParse(received)
  if (dimension.success && model.dimensions.includes(dimension.data)) return dimension.data
  const said = typeof received === 'object' ? nameKind(received) : received
  throw new InvalidDimensionError(said, model.dimensions, model.id)
}

function noImage({ url, img, strayFile }: WireFields): Error {
  if (typeof url === 'string' && url.length > 0) return new UrlInputDisabledError()
  if (img instanceof Uint8Array) {
    return new MissingImageError(
      'Expected the image as a file; the file of the form has 0 bytes. Send it again.',
    )
  }
  if (strayFile === undefined) return new MissingImageError()
  return new MissingImageError(
    `Expected the image in field \`file\` or \`img\`; a file came in \`${strayFile.slice(0, 60)}\`. Rename the field.`,
  )
}
