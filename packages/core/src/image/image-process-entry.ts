import { Socket } from 'node:net'
import { PixvecError, publicError } from '../errors.js'
import { readFrames, writeFrame } from './frames.js'
import type { ImageAnswer } from './image-process.js'
import { type DecodeOptions, type PictureRecipe, prepareImage } from './prepare-image.js'
import { checkTemporaryFiles } from './scaled-jpeg.js'

// The program of an image process: image files come in on descriptor 3, model inputs go out on it.
// A file that crashes, hangs or bloats the decoder takes this process with it and nothing else.
const options = JSON.parse(process.argv[2]!) as DecodeOptions
const channel = new Socket({ fd: 3, readable: true, writable: true })

// Ctrl-C reaches every process of the terminal; the server says when this one ends.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('SIGHUP', () => {})
channel.on('close', () => process.exit(0))
channel.on('error', () => process.exit(0))

if (options.decode === 'fast') await checkTemporaryFiles()
readFrames<PictureRecipe>(channel, ({ header, body }) => void answer(body, header))
writeFrame(channel, { kind: 'ready' } satisfies ImageAnswer)

async function answer(bytes: Uint8Array, wanted: PictureRecipe): Promise<void> {
  try {
    const { tensor, decodeMs, resizeMs } = await prepareImage(bytes, { ...options, ...wanted })
    const body = new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength)
    writeFrame(channel, { kind: 'prepared', decodeMs, resizeMs } satisfies ImageAnswer, body)
  } catch (thrown) {
    const { code, message, details } = PixvecError.isInstance(thrown) ? thrown : publicError(thrown)
    writeFrame(channel, { kind: 'failed', code, message: message, details } satisfies ImageAnswer)
  }
}
