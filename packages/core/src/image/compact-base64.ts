import type { Spelling } from './spelling.js'

export interface CompactBase64 {
  /** Characters of the base64 alphabet, written to the target from its beginning. */
  readonly symbols: number
  /** Characters in all, white space included. */
  readonly characters: number
}

/**
 * Undoes the escapes of one piece of base64 and leaves out its white space, byte by byte: a tenth of the time
 * that the strings of a JSON parser or of `decodeURIComponent` take.
 * @param target at least as long as the piece
 * @returns undefined where anything else stands in the piece, or where it does not end with a symbol
 */
export function compactBase64(piece: Buffer, spelling: Spelling, target: Buffer): CompactBase64 | undefined {
  const escapeCode = spelling.escape ?? -1
  const spaceIsPlus = spelling.space === '+'
  let symbols = 0
  let characters = 0
  let isSymbol = false
  for (let at = 0; at < piece.length; characters++) {
    let code = piece[at]!
    if (code === escapeCode) {
      code = spelling.unescape(piece, at)
      at += spelling.escapeBytes(piece, at)
      // A code that is none ends here as well: it has no kind.
      if (at > piece.length) return undefined
    } else {
      at++
    }
    if (code === spaceCode && spaceIsPlus) code = plusCode
    const kind = kindOf[code]
    isSymbol = kind === symbol
    if (isSymbol) target[symbols++] = code
    else if (kind !== white) return undefined
  }
  return isSymbol ? { symbols, characters } : undefined
}

const symbol = 1
const white = 2
const spaceCode = 0x20
const plusCode = 0x2b

const kindOf = new Uint8Array(256)
for (const code of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')) {
  kindOf[code] = symbol
}
for (const code of Buffer.from(' \t\r\n')) kindOf[code] = white
