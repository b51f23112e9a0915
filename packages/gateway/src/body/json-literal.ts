import { setImmediate as nextTurn } from 'node:timers/promises'

export interface JsonLiteral {
  /** Where its closing quote stands. */
  readonly end: number
  /** False for a control character or an escape that JSON does not have. */
  readonly isValid: boolean
}

/** Looked at in one turn of the event loop: about a tenth of a millisecond, a millisecond where all are escapes. */
const bytesInOneTurn = 262_144

/**
 * Goes through a string literal from the byte behind its opening quote, in several turns where it is long.
 * @returns undefined for one that has no end
 */
export async function readLiteral(body: Buffer, start: number): Promise<JsonLiteral | undefined> {
  const words = wordsOf(body)
  let isValid = true
  for (let at = start; at < body.length; ) {
    const stop = Math.min(at + bytesInOneTurn, body.length)
    at = skipPlain(body, words, at, stop)
    while (at < stop) {
      const code = body[at]!
      if (code === quote) return { end: at, isValid }
      const length = code === backslash ? escapeLength(body, at) : 0
      isValid &&= length > 0
      // An unknown escape is skipped with what it escapes: a quote there closes nothing.
      at = skipPlain(body, words, at + (length || (code === backslash ? 2 : 1)), stop)
    }
    if (at < body.length) await nextTurn()
  }
  return undefined
}

const quote = 0x22
const backslash = 0x5c
const u = 0x75
const firstPrintable = 0x20

/** Where the first quote, backslash or control character from `at` on stands, or at least `stop`. */
function skipPlain(body: Buffer, words: Int32Array, from: number, stop: number): number {
  let at = from
  // Byte by byte to the next word, then four at a time.
  while (at < stop) {
    if (((body.byteOffset + at) & 3) === 0) {
      const first = (body.byteOffset + at) >> 2
      const end = (body.byteOffset + stop) >> 2
      let word = first
      while (word < end && isPlainWord(words[word]!)) word++
      at += (word - first) * 4
      if (at >= stop) return at
    }
    const code = body[at]!
    if (code === quote || code === backslash || code < firstPrintable) return at
    at++
  }
  return at
}

/**
 * Whether none of the four bytes is a quote, a backslash or a control character: a byte below n borrows from
 * its highest bit when n is taken from it. https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord
 */
function isPlainWord(word: number): boolean {
  const quotes = word ^ 0x22222222
  const backslashes = word ^ 0x5c5c5c5c
  const found =
    ((word - 0x20202020) & ~word) |
    ((quotes - 0x01010101) & ~quotes) |
    ((backslashes - 0x01010101) & ~backslashes)
  return (found & 0x80808080) === 0
}

/** The whole words of the memory that the body lies in. */
function wordsOf({ buffer }: Buffer): Int32Array {
  return new Int32Array(buffer, 0, buffer.byteLength >> 2)
}

/** Bytes of the escape at `at`; 0 for one that JSON does not have. */
function escapeLength(body: Buffer, at: number): number {
  const mark = body[at + 1]!
  if (mark !== u) return isSimple[mark] ? 2 : 0
  for (let digit = at + 2; digit < at + 6; digit++) if (!isHex[body[digit] ?? 0]) return 0
  return 6
}

const isSimple = flags('"\\/bfnrt')
const isHex = flags('0123456789abcdefABCDEF')

function flags(characters: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const character of characters) table[character.charCodeAt(0)] = 1
  return table
}
