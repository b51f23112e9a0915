import { toBase64 } from './base64.js'

/**
 * One image file, not pixels: its bytes (a Node `Buffer` counts), a `Blob` or `File`, or a string of
 * base64 or a data URI.
 */
export type ImageInput = Uint8Array | Blob | string

/** Image → a body part. Not for strings, which are sent as they are. */
export function toBlob(image: Uint8Array | Blob): Blob {
  if (image instanceof Uint8Array) return new Blob([ownMemory(image)])
  if (image instanceof Blob) return image
  throw notAnImage(image)
}

/** Image → what the field `img` carries. The server judges whether a string is base64. */
export async function toBase64Text(image: ImageInput): Promise<string> {
  if (typeof image === 'string') return image
  if (image instanceof Uint8Array) return toBase64(image)
  if (image instanceof Blob) return toBase64(new Uint8Array(await image.arrayBuffer()))
  throw notAnImage(image)
}

/** A Blob refuses bytes in shared memory, so these are copied. */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}

function notAnImage(received: unknown): TypeError {
  const what = received === null ? 'null' : typeof received
  return new TypeError(
    `The image must be a Uint8Array, a Blob, or a string of base64 or a data URI; received ${what}.`,
  )
}
