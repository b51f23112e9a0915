import { brokenEscapes, decodeFormImage, LongText, PixvecError, spacesToPluses } from '@pixvec/core'
import { fieldNames, longestText, maxFields, pickFields, type WireFields } from './wire-fields.js'

/**
 * A body of `application/x-www-form-urlencoded` → its fields. Split by hand: `node:querystring` goes
 * through the 27 MB of a large image character by character. A long `img` stays as it was spelled.
 * @throws PixvecError MALFORMED_REQUEST for broken escapes, PAYLOAD_TOO_LARGE for too many fields
 */
export function readForm(body: Buffer): WireFields {
  const fields: Record<string, unknown> = {}
  for (const pair of splitPairs(body)) {
    const equals = pair.indexOf('=')
    const name = fieldNames.find(
      (known) => known === pair.toString('latin1', 0, Math.min(Math.max(equals, 0), longestName)),
    )
    if (name === undefined) continue
    const value = pair.subarray(equals + 1)
    const isLong = name === 'img' && value.length > longestText
    fields[name] = isLong ? LongText.of(value, 'form') : decodeValue(name, value.toString('utf8'))
  }
  return fields
}

function splitPairs(body: Buffer): Buffer[] {
  const pairs: Buffer[] = []
  for (let start = 0; start <= body.length; ) {
    if (pairs.length === maxFields) throw tooManyFields()
    const found = body.indexOf('&', start)
    const end = found < 0 ? body.length : found
    pairs.push(body.subarray(start, end))
    start = end + 1
  }
  return pairs
}

/** Longer than any name that is looked for. */
const longestName = 32

function decodeValue(name: string, value: string): string {
  if (name === 'img') return decodeFormImage(value)
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    throw brokenEscapes(name)
  }
}

/** The parsed pairs of a query string, where several values of one name are a list, → fields. */
export function readPairs(pairs: object): WireFields {
  const last = Object.entries(pairs).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.at(-1) : value,
  ])
  const fields = pickFields(Object.fromEntries(last))
  return typeof fields.img === 'string' ? { ...fields, img: spacesToPluses(fields.img) } : fields
}

export function tooManyFields(): PixvecError {
  return new PixvecError(
    'PAYLOAD_TOO_LARGE',
    `A form may have ${maxFields} fields; more came. Send img, key, dimension and model only.`,
    { details: { maxFields } },
  )
}
