import { PixvecError } from '../errors.js'
import { decodeInPieces } from './decode-in-pieces.js'
import type { LongText } from './long-text.js'
import { createTextThread } from './text-thread.js'

/** Longest text, in bytes, that is decoded where it is. */
const shortBytes = 131_072

const decodeInThread = createTextThread()

/**
 * `decodeBase64Image` for a text that is too long to be decoded in one go: the same bytes and the same errors,
 * from a thread of its own. The memory of the text is away meanwhile.
 * @throws MissingImageError, UrlInputDisabledError, ImageTooLargeError, InvalidBase64Error
 */
export async function decodeLongBase64Image(img: LongText, maxImageBytes: number): Promise<Uint8Array> {
  if (img.byteLength <= shortBytes) return decodeInPieces(img, maxImageBytes)
  const { memory, start, end } = img.place
  const outcome = await memory.lend(async (lent) => {
    const { memory: back, outcome: value } = await decodeInThread({
      memory: lent,
      start,
      end,
      spelling: img.spelling,
      maxImageBytes,
    })
    return { memory: back, value }
  })
  if (outcome.kind === 'decoded') return outcome.image
  throw new PixvecError(outcome.code, outcome.message, { details: outcome.details })
}
