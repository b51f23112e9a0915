import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LongText, type Spelling } from '@pixvec/core'

/** Strings that were cut out of a JSON text, by what stands in their place. */
export type CarvedTexts = ReadonlyMap<string, LongText>

export interface CarvedJson {
  /** The JSON with a short string in the place of each long one. As valid, or as broken, as the body. */
  readonly json: string
  readonly texts: CarvedTexts
}

/** Longest literal, in bytes, that is left to `JSON.parse`. */
const longestLiteral = 65_536
/**
 * Literals looked at, then the rest is left as it is. A body with large images has a handful; this walk
 * must not cost more than the parser for one that has millions.
 */
const mostLiterals = 4_096

/**
 * Cuts the long strings out of a JSON body. `JSON.parse` of 13 MB holds up the event loop for 40 ms; to go
 * from quote to quote takes half a millisecond, and what a long string holds is read in pieces.
 * @throws SyntaxError for a long string that is not valid JSON
 */
export async function carveJson(body: Buffer): Promise<CarvedJson> {
  const texts = new Map<string, LongText>()
  if (body.length <= longestLiteral) return { json: body.toString('utf8'), texts }
  // Nobody can guess what a placeholder looks like, so no string of a caller is taken for one.
  const secret = randomBytes(12).toString('base64url')
  const kept: Buffer[] = []
  let keptUpTo = 0
  for (const { start, end } of literals(body)) {
    if (end - start <= longestLiteral) continue
    const text = new LongText(body.subarray(start, end), jsonSpelling)
    await validate(text)
    // May be quoted in a message: a person should see what it stands for.
    const placeholder = `<${text.byteLength} bytes of text, ${secret}-${texts.size}>`
    texts.set(placeholder, text)
    kept.push(body.subarray(keptUpTo, start), Buffer.from(placeholder))
    keptUpTo = end
  }
  kept.push(body.subarray(keptUpTo))
  return { json: kept.map((part) => part.toString('utf8')).join(''), texts }
}

const quote = 0x22
const backslash = 0x5c

/** Where the string literals stand, without their quotes. Outside of them JSON has no quotes. */
function* literals(body: Buffer): Generator<{ start: number; end: number }> {
  let open = body.indexOf(quote)
  for (let count = 0; open >= 0 && count < mostLiterals; count++) {
    const end = endOfLiteral(body, open + 1)
    // A string without an end is none: long or short, the parser refuses it.
    if (end < 0) return
    yield { start: open + 1, end }
    open = body.indexOf(quote, end + 1)
  }
}

function endOfLiteral(body: Buffer, start: number): number {
  let end = body.indexOf(quote, start)
  while (end >= 0 && backslashesBefore(body, start, end) % 2 === 1) end = body.indexOf(quote, end + 1)
  return end
}

function backslashesBefore(body: Buffer, start: number, end: number): number {
  let at = end
  while (at > start && body[at - 1] === backslash) at--
  return end - at
}

const jsonSpelling: Spelling = {
  cut(bytes, start, end) {
    let at = end
    // Not within an escape: \n or \u1234. A backslash that is itself escaped begins none.
    for (let back = 1; back <= 5; back++) {
      const isEscape =
        bytes[end - back] === backslash && backslashesBefore(bytes, start, end - back) % 2 === 0
      if (!isEscape) continue
      if (back < (bytes[end - back + 1] === 0x75 ? 6 : 2)) at = end - back
      break
    }
    return startOfCharacter(bytes, at)
  },
  read: (piece) => JSON.parse(`"${piece.toString('utf8')}"`) as string,
}

/** Not within a character of several bytes of UTF-8. */
function startOfCharacter(bytes: Buffer, end: number): number {
  for (let back = 0; back < 4; back++) if ((bytes[end - back]! & 0xc0) !== 0x80) return end - back
  return end
}

/** Strings that are base64 throughout, which costs a tenth to find out, need not be parsed to be valid. */
async function validate(text: LongText): Promise<void> {
  for (const piece of text.pieces()) {
    const whole = piece.length - (piece.length % 4)
    const bytes = scratch.write(piece.toString('latin1', 0, whole), 'base64')
    if (bytes !== (whole / 4) * 3 || whole !== piece.length) text.read(piece)
    await nextTurn()
  }
}

const scratch = Buffer.allocUnsafeSlow(131_072)
