import { parse } from 'node:querystring'
import { PixvecError } from '@pixvec/core'
import { maxFields, pickFields, type WireFields } from './wire-fields.js'

/**
 * A body of `application/x-www-form-urlencoded` → its fields.
 * @throws PixvecError PAYLOAD_TOO_LARGE when it has too many of them
 */
export function readForm(body: Buffer): WireFields {
  const pairs = parse(body.toString('utf8'), '&', '=', { maxKeys: maxFields + 1 })
  if (Object.values(pairs).flat().length > maxFields) throw tooManyFields()
  return readPairs(pairs)
}

/** Pairs of a form, or of a query string, → fields. */
export function readPairs(pairs: object): WireFields {
  const last = Object.entries(pairs).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.at(-1) : value,
  ])
  const fields = pickFields(Object.fromEntries(last))
  // In a form a `+` that was not escaped means a space; base64 has pluses and no spaces.
  return typeof fields.img === 'string' ? { ...fields, img: fields.img.replaceAll(' ', '+') } : fields
}

export function tooManyFields(): PixvecError {
  return new PixvecError(
    'PAYLOAD_TOO_LARGE',
    `A form may have ${maxFields} fields; more came. Send img, key and dimension only.`,
    { details: { maxFields } },
  )
}
