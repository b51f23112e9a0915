import { toBase64 } from './base64.js'
import { readPath } from './read-path.js'

/** A file on this machine, read when its turn comes. Node, Deno and Bun; a browser has no paths. */
export interface ImagePath {
  /** A path, or a `file:` URL. */
  readonly path: string | URL
}

/**
 * One image file, not pixels: its bytes (a Node `Buffer` counts), a `Blob` or `File`, a string of base64 or
 * a data URI, or `{ path }`. A bare string is never taken for a path: base64 looks like one, and what a
 * stranger sent must not open files.
 */
export type ImageInput = Uint8Array | ArrayBuffer | Blob | string | ImagePath

/** An image whose bytes are at hand, or come as they are sent. */
export type LoadedImage = Uint8Array | Blob | string

/** @throws TypeError for what is no image at all; what reading a path throws */
export async function loadImage(image: ImageInput, signal?: AbortSignal): Promise<LoadedImage> {
  if (typeof image === 'string' || image instanceof Uint8Array || image instanceof Blob) return image
  if (image instanceof ArrayBuffer) return new Uint8Array(image)
  const path: unknown = image?.path
  if (typeof path === 'string' || path instanceof URL) return readPath(path, signal)
  throw notAnImage(image)
}

/** Image → a body part. A Blob is passed on as it is, so that a file on disk is read as it is sent. */
export function toBlob(image: Uint8Array | Blob): Blob {
  return image instanceof Blob ? image : new Blob([ownMemory(image)])
}

/** Image → what the field `img` carries. The server judges whether a string is base64. */
export async function toBase64Text(image: LoadedImage): Promise<string> {
  if (typeof image === 'string') return image
  return toBase64(image instanceof Blob ? new Uint8Array(await image.arrayBuffer()) : image)
}

/** A Blob refuses bytes in shared memory, so these are copied. */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}

function notAnImage(received: unknown): TypeError {
  const what = received === null ? 'null' : typeof received
  return new TypeError(
    `The image must be a Uint8Array, a Blob, or a string of base64 or a data URI, or { path }; received ${what}.`,
  )
}
