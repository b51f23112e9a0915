import { MalformedRequestError } from '../errors.js'
import { hexAscii, type Spelling } from './spelling.js'

const percent = 0x25

/** A value of a form: percent-encoded UTF-8, where a plus may have been left alone or become a space. */
export const formSpelling: Spelling = {
  cut(bytes, start, end) {
    let at = end
    // Not within an escape …
    for (const back of [1, 2]) if (bytes[end - back] === percent) at = end - back
    // … nor before one that continues a character of UTF-8: %80 to %BF.
    while (at - 3 > start && isContinuation(bytes, at) && bytes[at - 3] === percent) at -= 3
    return at
  },
  read: (piece) => decodeFormImage(piece.toString('utf8')),
  escape: percent,
  unescape: (piece, at) => hexAscii(piece, at + 1),
  escapeBytes: () => 3,
  space: '+',
}

function isContinuation(bytes: Buffer, at: number): boolean {
  return bytes[at] === percent && /[89ab]/i.test(String.fromCharCode(bytes[at + 1] ?? 0))
}

/** @throws MalformedRequestError for broken escapes */
export function decodeFormImage(value: string): string {
  try {
    return spacesToPluses(decodeURIComponent(value))
  } catch {
    throw brokenEscapes('img')
  }
}

/** In a form a `+` that was not escaped means a space; base64 has pluses and no spaces. */
export function spacesToPluses(img: string): string {
  return img.replaceAll(' ', '+')
}

export function brokenEscapes(name: string): MalformedRequestError {
  return new MalformedRequestError(
    `Expected percent-encoded UTF-8 in field \`${name}\` of the form; its escapes are broken. Let an HTTP library encode it.`,
  )
}
