import { randomUUID } from 'node:crypto'
import { LentMemory, LongText } from '@pixvec/core'
import { readLiteral } from './json-literal.js'

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
 * Cuts the long strings out of a JSON body. `JSON.parse` of 13 MB holds up the event loop for 40 ms; to look
 * for quotes and escapes takes a tenth of that, in many turns, and what a long string holds is read elsewhere.
 * @param body is lent to whoever reads the texts: it must not be used any more
 * @throws SyntaxError for a long string that is not valid JSON
 */
export async function carveJson(body: Buffer): Promise<CarvedJson> {
  const texts = new Map<string, LongText>()
  if (body.length <= longestLiteral) return { json: body.toString('utf8'), texts }
  // Nobody can guess what a placeholder looks like, so no string of a caller is taken for one.
  const secret = randomUUID()
  const memory = new LentMemory(body.buffer as ArrayBuffer)
  const kept: Buffer[] = []
  let keptUpTo = 0
  let open = body.indexOf(quote)
  for (let count = 0; open >= 0 && count < mostLiterals; count++) {
    const start = open + 1
    const literal = await readLiteral(body, start)
    // A string without an end is none: long or short, the parser refuses it.
    if (!literal) break
    const { end, isValid } = literal
    // Outside of strings JSON has no quotes.
    open = body.indexOf(quote, end + 1)
    if (end - start <= longestLiteral) continue
    if (!isValid) throw new SyntaxError('A long string is not valid JSON.')
    const place = { memory, start: body.byteOffset + start, end: body.byteOffset + end }
    const text = new LongText(place, 'json')
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
