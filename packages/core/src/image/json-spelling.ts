import { hexAscii, type Spelling } from './spelling.js'

const backslash = 0x5c
const u = 0x75

/** The inside of a JSON string literal: UTF-8 with `\n`, `\/`, `\u002B`. */
export const jsonSpelling: Spelling = {
  cut(bytes, start, end) {
    let at = end
    // Not within an escape: \n or \u1234. A backslash that is itself escaped begins none.
    for (let back = 1; back <= 5; back++) {
      const isEscape =
        bytes[end - back] === backslash && backslashesBefore(bytes, start, end - back) % 2 === 0
      if (!isEscape) continue
      if (back < (bytes[end - back + 1] === u ? 6 : 2)) at = end - back
      break
    }
    return startOfCharacter(bytes, at)
  },
  read: (piece) => JSON.parse(`"${piece.toString('utf8')}"`) as string,
  escape: backslash,
  unescape(piece, at) {
    if (piece[at + 1] !== u) return simple[piece[at + 1] ?? 0] || Number.NaN
    return piece[at + 2] === zero && piece[at + 3] === zero ? hexAscii(piece, at + 4) : Number.NaN
  },
  escapeBytes: (piece, at) => (piece[at + 1] === u ? 6 : 2),
  space: ' ',
}

const zero = 0x30

/** The escapes that base64 may have: PHP writes every slash as `\/`. */
const simple = new Uint8Array(256)
for (const [mark, character] of ['//', 'n\n', 'r\r', 't\t']) {
  simple[mark!.charCodeAt(0)] = character!.charCodeAt(0)
}

/** How many backslashes stand in a row before `end`. */
function backslashesBefore(body: Buffer, start: number, end: number): number {
  let at = end
  while (at > start && body[at - 1] === backslash) at--
  return end - at
}

/** Not within a character of several bytes of UTF-8. */
function startOfCharacter(bytes: Buffer, end: number): number {
  for (let back = 0; back < 4; back++) if ((bytes[end - back]! & 0xc0) !== 0x80) return end - back
  return end
}
