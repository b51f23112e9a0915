import {
  decodeBase64Image,
  decodeLongBase64Image,
  LongText,
  MalformedRequestError,
  MissingImageError,
  UrlInputDisabledError,
} from '@pixvec/core'
import type { GatewayHost } from '@pixvec/gateway'
import { z } from 'zod'
import { nameKind } from './read-json.js'
import type { WireFields } from './wire-fields.js'

/** What is asked for, checked: bytes, a model that is loaded and a size that it gives. */
export interface EmbedParams {
  readonly image: Uint8Array
  readonly dimension: number
  /** As it was named; undefined where it was not. */
  readonly model: string | undefined
}

/**
 * Fields of a request → what to embed. The one place where the wire's fields are checked, whatever body
 * or query they came in.
 * @param route  which model would answer
 * @throws PixvecError MISSING_IMAGE, INVALID_BASE64, URL_INPUT_DISABLED, INVALID_DIMENSION, UNKNOWN_MODEL,
 *   MALFORMED_REQUEST
 */
export async function toEmbedParams(
  fields: WireFields,
  route: GatewayHost['route'],
  maxImageBytes: number,
): Promise<EmbedParams> {
  const model = readModel(fields.model)
  const { dimension } = route({ model, dimension: readDimension(fields.dimension) })
  const img = ImageField.safeParse(fields.img)
  if (!img.success) {
    throw new MalformedRequestError(
      `Expected \`img\` to be a string, the base64 of one image file; received ${nameKind(fields.img)}.`,
    )
  }
  const { data } = img
  const image = (bytes: Uint8Array): EmbedParams => ({ image: bytes, dimension, model })
  if (data instanceof LongText) {
    const bytes = await decodeLongBase64Image(data, maxImageBytes)
    // The text, a third larger, need not wait in the queue with the image.
    data.place.memory.free()
    return image(bytes)
  }
  if (data === undefined || data.length === 0) throw noImage(fields)
  return image(typeof data === 'string' ? decodeBase64Image(data, maxImageBytes) : data)
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

/** A size as a number, or what came instead in words; undefined when nothing came. */
function readDimension(received: unknown): unknown {
  if (received === undefined || received === null || received === '') return undefined
  const dimension = DimensionField.safeParse(received)
  if (dimension.success) return dimension.data
  return typeof received === 'object' ? nameKind(received) : received
}

/** An empty field of a form names nothing. */
function readModel(received: unknown): string | undefined {
  if (received === undefined || received === null) return undefined
  if (typeof received === 'string') return received.trim() || undefined
  throw new MalformedRequestError(
    `Expected \`model\` to be a string, the id of a loaded model; received ${nameKind(received)}. Leave it out for the configured one.`,
  )
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
