import { setImmediate as nextTurn } from 'node:timers/promises'
import { type InvalidBase64Error, MissingImageError } from '../errors.js'
import {
  countSymbols,
  cutOff,
  decodedLength,
  isAscii,
  payloadEnd,
  payloadStart,
  tooLarge,
} from './base64-image.js'
import { compactBase64 } from './compact-base64.js'
import type { LongText } from './long-text.js'

/**
 * `decodeBase64Image` for a text that is too long to be decoded in one go: the same bytes and the same
 * errors, piece by piece, with turns of the event loop in between.
 * @throws MissingImageError, UrlInputDisabledError, ImageTooLargeError, InvalidBase64Error
 */
export async function decodeInPieces(img: LongText, maxImageBytes: number): Promise<Uint8Array> {
  const decoder = createDecoder(Math.min(decodedLength(img.byteLength), maxImageBytes), maxImageBytes)
  const { rules } = img
  let compact: Buffer | undefined
  let isHead = true
  for (const piece of img.pieces()) {
    if (isHead) {
      const head = rules.read(piece)
      decoder.take(head.slice(payloadStart(head)))
      isHead = false
    } else if (compact || !decoder.takeClean(piece.toString('latin1'))) {
      // Escapes or white space: there will be more of them. Where it is padding, or something wrong, the
      // text has to be read as it is spelled.
      compact ??= Buffer.allocUnsafeSlow(img.longestPiece)
      const found = compactBase64(piece, rules, compact)
      const isTaken =
        found && decoder.takeClean(compact.toString('latin1', 0, found.symbols), found.characters)
      if (!isTaken) decoder.take(rules.read(piece))
    }
    await nextTurn()
  }
  return decoder.end()
}

function createDecoder(capacity: number, maxImageBytes: number) {
  const out = Buffer.allocUnsafeSlow(capacity)
  let filled = 0
  /** Up to three symbols that do not make whole bytes yet. */
  let rest = ''
  /** Of the payload so far: what `decodeBase64Image` calls its length, and those that are no white space. */
  let characters = 0
  let symbols = 0
  /** Padding and white space that end the text, unless more symbols follow; and where padding begins. */
  let trailing = 0
  let paddingAt: number | undefined
  /** Thrown at the end: that an image is far too large matters more. */
  let invalid: InvalidBase64Error | undefined

  /** Decodes symbols, when they are nothing else. What is beyond the capacity is not kept. */
  function decode(text: string): boolean {
    const all = rest + text
    const whole = all.length - (all.length % 4)
    const bytes = (whole / 4) * 3
    const left = all.slice(whole)
    if (filled + bytes > capacity || !onlySymbols.test(left)) return false
    // Shorter than promised when anything in it is no base64: see decodeBase64Image.
    if (out.write(all.slice(0, whole), filled, 'base64') !== bytes) return false
    filled += bytes
    rest = left
    symbols += text.length
    return true
  }

  /** @param length of the text with its white space */
  function takeClean(text: string, length = text.length): boolean {
    if (invalid || paddingAt !== undefined || !decode(text)) return false
    characters += trailing + length
    trailing = 0
    return true
  }

  function take(text: string): void {
    const end = payloadEnd(text)
    if (end > 0) {
      takePayload(text.slice(0, end), characters + trailing)
      characters += trailing + end
      trailing = 0
    }
    const padding = text.indexOf('=', end)
    if (padding >= 0) paddingAt ??= characters + trailing + padding - end
    trailing += text.length - end
  }

  function takePayload(payload: string, position: number): void {
    if (invalid) return
    if (paddingAt !== undefined) {
      invalid = invalidAt('=', paddingAt)
      return
    }
    const compact = payload.replace(/[ \t\n\r]+/g, '')
    if (isAscii(compact) && decode(compact)) return
    try {
      symbols += countSymbols(payload, position)
    } catch (error) {
      invalid = error as InvalidBase64Error
    }
  }

  function end(): Uint8Array {
    if (characters === 0) throw new MissingImageError()
    if (decodedLength(characters) > 2 * maxImageBytes)
      throw tooLarge(decodedLength(characters), maxImageBytes)
    if (invalid) throw invalid
    if (decodedLength(symbols) > maxImageBytes) throw tooLarge(decodedLength(symbols), maxImageBytes)
    if (symbols % 4 === 1) throw cutOff(symbols)
    return out.subarray(0, filled + out.write(rest, filled, 'base64'))
  }

  return { take, takeClean, end }
}

const onlySymbols = /^[\w+/-]*$/

function invalidAt(character: string, position: number): InvalidBase64Error {
  try {
    countSymbols(character, position)
  } catch (error) {
    return error as InvalidBase64Error
  }
  throw new Error(`${character} is base64.`)
}
