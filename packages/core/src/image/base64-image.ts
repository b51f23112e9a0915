import {
  ImageTooLargeError,
  InvalidBase64Error,
  MissingImageError,
  UrlInputDisabledError,
} from '../errors.js'

/**
 * `img` as it comes on the wire → the bytes of the image file. Takes the standard and the URL-safe
 * alphabet, missing padding, line breaks, and a `data:…;base64,` prefix.
 * @param maxImageBytes  checked before anything is decoded
 * @throws MissingImageError, UrlInputDisabledError, ImageTooLargeError, InvalidBase64Error
 */
export function decodeBase64Image(img: string, maxImageBytes: number): Uint8Array {
  const start = payloadStart(img)
  const end = payloadEnd(img)
  if (end <= start) throw new MissingImageError()
  const payload = start === 0 && end === img.length ? img : img.slice(start, end)
  refuseTooLarge(payload, maxImageBytes)

  // Buffer.from skips what is not base64 and stops at a `=`, so anything wrong makes the result shorter
  // than the text promises. That check costs nothing beside the decoding (15 ms for 20 MB), where a look
  // at every character takes 100 ms. Beyond Latin-1 it takes a character for its lower byte: hence isAscii.
  const bytes = Buffer.from(payload, 'base64')
  if (isAscii(payload)) {
    if (isWhole(bytes, payload.length)) return bytes
    if (isWhole(bytes, withoutLineBreaks(payload))) return bytes
  }

  const symbols = countSymbols(payload)
  if (isWhole(bytes, symbols)) return bytes
  throw cutOff(symbols)
}

// A scheme, or `//host.tld`. Base64 has neither `:` nor `.`, so no image is mistaken for an address.
const url = /^\s*(?:[a-z][a-z\d+.-]*:|\/\/[\w-]+(?:\.[\w-]+)*[.:])/i
const dataUri = /^\s*data:/i
/** No media type with its parameters is longer. */
const longestPrefix = 1_000

/** Where base64 begins, behind the prefix of a data URI. Looks at the first thousand characters only. */
export function payloadStart(img: string): number {
  const head = img.slice(0, longestPrefix)
  if (!dataUri.test(head)) {
    if (url.test(head)) throw new UrlInputDisabledError()
    return 0
  }
  const comma = head.indexOf(',')
  if (comma < 0 || !/;\s*base64\s*$/i.test(head.slice(0, comma))) {
    throw new InvalidBase64Error(
      'The data URI in `img` is not base64. Expected data:image/…;base64,<base64 of the file>; percent-encoding is not taken.',
    )
  }
  return comma + 1
}

/** Where padding and white space at the end begin. */
export function payloadEnd(img: string): number {
  let end = img.length
  while (end > 0 && (isSpace(img.charCodeAt(end - 1)) || img[end - 1] === '=')) end--
  return end
}

function refuseTooLarge(payload: string, maxImageBytes: number): void {
  if (decodedLength(payload.length) <= maxImageBytes) return
  if (decodedLength(withoutLineBreaks(payload)) <= maxImageBytes) return
  // White space counts for nothing, but no sane text is half made of it.
  const isNear = decodedLength(payload.length) <= 2 * maxImageBytes
  const receivedBytes = decodedLength(isNear ? countSymbols(payload) : payload.length)
  if (receivedBytes <= maxImageBytes) return
  throw tooLarge(receivedBytes, maxImageBytes)
}

export function tooLarge(bytes: number, limitBytes: number): ImageTooLargeError {
  return new ImageTooLargeError(
    `Image has ${bytes} bytes; the limit is ${limitBytes}. Downscale it or raise PIXVEC_MAX_IMAGE_BYTES.`,
    { bytes, limitBytes },
  )
}

export function cutOff(symbols: number): InvalidBase64Error {
  return new InvalidBase64Error(
    `Expected base64 in \`img\`; ${symbols} characters cannot be the whole of it. It looks cut off: send all of the file.`,
    { characters: symbols },
  )
}

/** Bytes that so many symbols of base64 stand for. */
export function decodedLength(symbols: number): number {
  return Math.floor((symbols * 3) / 4)
}

function isWhole(bytes: Uint8Array, symbols: number): boolean {
  return symbols % 4 !== 1 && bytes.length === decodedLength(symbols)
}

export function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}

function withoutLineBreaks(text: string): number {
  return text.length - count(text, '\n') - count(text, '\r')
}

/** How often a line break stands in the text; gives up, with 0, where it is no line length of base64. */
function count(text: string, lineBreak: string): number {
  let found = 0
  for (let i = text.indexOf(lineBreak); i >= 0; i = text.indexOf(lineBreak, i + 1)) {
    if (++found > text.length / 16) return 0
  }
  return found
}

const symbolTable = new Uint8Array(128)
for (const symbol of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_') {
  symbolTable[symbol.charCodeAt(0)] = 1
}

/**
 * How many characters of base64 there are, white space left out; throws at the first that is neither.
 * @param offset  position of the text's first character, for the message
 */
export function countSymbols(payload: string, offset = 0): number {
  let symbols = 0
  for (let i = 0; i < payload.length; i++) {
    const code = payload.charCodeAt(i)
    if (code < 128 && symbolTable[code] === 1) symbols++
    else if (!isSpace(code)) throw invalidCharacter(payload, i, offset + i)
  }
  return symbols
}

/** Space, tab, line feed, carriage return. */
function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13
}

function invalidCharacter(payload: string, index: number, position: number): InvalidBase64Error {
  const character = String.fromCodePoint(payload.codePointAt(index)!)
  const hint =
    character === '%'
      ? ' It looks percent-encoded: send it without.'
      : character === '='
        ? ' Padding stands only at the end: send one image in one string.'
        : ''
  return new InvalidBase64Error(
    `Expected base64 in \`img\`; character ${JSON.stringify(character)} at position ${position} is none.${hint}`,
    { position },
  )
}
