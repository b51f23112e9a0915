import { MalformedRequestError } from '@pixvec/core'
import { pickFields, type WireFields } from './wire-fields.js'

/**
 * A body of `application/json` → its fields. An empty body has none.
 * @throws MalformedRequestError for broken JSON, and for JSON that is no object
 */
export function readJson(body: Buffer): WireFields {
  if (body.length === 0) return {}
  const value = parse(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedRequestError(
      `Expected a JSON object such as ${example}; received ${nameKind(value)}. Put the fields into an object.`,
    )
  }
  return pickFields(value)
}

const example = '{"img": "<base64 of the file>", "key": "<key>"}'

function parse(body: Buffer): unknown {
  const text = body.toString('utf8')
  try {
    // PowerShell and .NET clients put a byte order mark in front.
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch (thrown) {
    // The parser's own message quotes the body, and with it perhaps the key: only the position is kept.
    const at = /at position (\d+)/.exec(String(thrown))?.[1]
    throw new MalformedRequestError(
      `Expected a JSON object such as ${example}; received ${body.length} bytes that are not valid JSON` +
        `${at === undefined ? '' : ` (character ${at})`}. Build the body with a JSON library.`,
    )
  }
}

/** `an array`, `null`, `a number` … for messages. */
export function nameKind(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
