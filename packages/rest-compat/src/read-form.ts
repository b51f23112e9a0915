import { MalformedRequestError, PixvecError } from '@pixvec/core'
import { fieldNames, maxFields, pickFields, type WireFields } from './wire-fields.js'

/**
 * A body of `application/x-www-form-urlencoded` → its fields. Split by hand: `node:querystring` goes
 * through the 27 MB of a large image character by character, and holds up all others 2.5 times as long.
 * @throws PixvecError MALFORMED_REQUEST for broken escapes, PAYLOAD_TOO_LARGE for too many fields
 */
export function readForm(body: Buffer): WireFields {
  const pairs = body.toString('utf8').split('&', maxFields + 1)
  if (pairs.length > maxFields) throw tooManyFields()
  const fields: Record<string, string> = {}
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    const name = fieldNames.find((known) => known === pair.slice(0, Math.max(equals, 0)))
    if (name !== undefined) fields[name] = decodeValue(name, pair.slice(equals + 1))
  }
  return fields
}

function decodeValue(name: string, value: string): string {
  try {
    return name === 'img'
      ? spacesToPluses(decodeURIComponent(value))
      : decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    throw new MalformedRequestError(
      `Expected percent-encoded UTF-8 in field \`${name}\` of the form; its escapes are broken. Let an HTTP library encode it.`,
    )
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

/** In a form a `+` that was not escaped means a space; base64 has pluses and no spaces. */
function spacesToPluses(img: string): string {
  return img.replaceAll(' ', '+')
}

export function tooManyFields(): PixvecError {
  return new PixvecError(
    'PAYLOAD_TOO_LARGE',
    `A form may have ${maxFields} fields; more came. Send img, key and dimension only.`,
    { details: { maxFields } },
  )
}
