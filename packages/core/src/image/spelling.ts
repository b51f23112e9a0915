/** How the wire writes a text, so that it can be read piece by piece. */
export interface Spelling {
  /** A place at or shortly before `end`, and after `start`, where the text can be cut: between two characters. */
  cut(bytes: Buffer, start: number, end: number): number
  /** The characters of one piece. Bytes of the base64 alphabet stand for themselves in every spelling. */
  read(piece: Buffer): string
  /** The byte that begins an escape; undefined where there are none. */
  readonly escape: number | undefined
  /** The code of the ASCII character that the escape at `at` stands for; NaN where `read` has to tell. */
  unescape(piece: Buffer, at: number): number
  /** How many bytes that escape has. */
  escapeBytes(piece: Buffer, at: number): number
  /** What a space stands for. */
  readonly space: ' ' | '+'
}

/** Each character is a byte. */
export const plainSpelling: Spelling = {
  cut: (_bytes, _start, end) => end,
  read: (piece) => piece.toString('latin1'),
  escape: undefined,
  unescape: () => Number.NaN,
  escapeBytes: () => 1,
  space: ' ',
}

/** The ASCII code that two hexadecimal digits write; NaN for all else. */
export function hexAscii(bytes: Buffer, at: number): number {
  const code = (digits[bytes[at] ?? 0]! << 4) | digits[bytes[at + 1] ?? 0]!
  return code < 128 ? code : Number.NaN
}

/** What is no digit makes a number that is no ASCII code. */
const digits = new Uint16Array(256).fill(0x1000)
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16)
  digits[digit.charCodeAt(0)] = value
  digits[digit.toUpperCase().charCodeAt(0)] = value
}
