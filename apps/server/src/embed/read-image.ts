import { readFile, stat } from 'node:fs/promises'
import { ImageTooLargeError } from '@pixvec/core'
import { systemReason } from '../command-failure.js'
import type { Input } from './inputs.js'

/** An input that could not be read. */
export class UnreadableInput extends Error {
  override readonly name = 'UnreadableInput'
}

/**
 * The bytes of one input, never more than the limit.
 * @throws UnreadableInput, ImageTooLargeError
 */
export async function readImage(input: Input, maxBytes: number): Promise<Uint8Array> {
  if (input === '-') return readStream(process.stdin, maxBytes)
  try {
    const { size } = await stat(input)
    if (size > maxBytes) throw tooLarge(maxBytes, `${size} bytes`, { receivedBytes: size })
    return await readFile(input)
  } catch (thrown) {
    if (thrown instanceof ImageTooLargeError) throw thrown
    throw new UnreadableInput(`cannot be read: ${systemReason(thrown)}`)
  }
}

async function readStream(stream: NodeJS.ReadableStream, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > maxBytes) throw tooLarge(maxBytes, 'more', {})
    chunks.push(bytes)
  }
  if (length === 0) throw new UnreadableInput('standard input is empty: pipe the bytes of one image into it')
  return Buffer.concat(chunks)
}

function tooLarge(limitBytes: number, received: string, details: { receivedBytes?: number }) {
  return new ImageTooLargeError(
    `The image file has ${received}; the limit is ${limitBytes} bytes. Shrink it or raise PIXVEC_MAX_IMAGE_BYTES.`,
    { limitBytes, ...details },
  )
}
