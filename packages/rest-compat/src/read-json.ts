import { MalformedRequestError } from '@pixvec/core'
import { type CarvedJson, type CarvedTexts, carveJson } from '@pixvec/gateway'
import { pickFields, type WireFields } from './wire-fields.js'

/**
 * A body of `application/json` → its fields. An empty body has none. A long `img` stays as it was spelled.
 * @throws MalformedRequestError for broken JSON, and for JSON that is no object
 */
export async function readJson(body: Buffer): Promise<WireFields> {
  if (body.length === 0) return {}
  const { json, texts } = await carve(body)
  const value = parse(json, body.length, texts)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedRequestError(
      `Expected a JSON object such as ${example}; received ${nameKind(value)}. Put the fields into an object.`,
    )
  }
  return restore(pickFields(value), texts)
}

const example = '{"img": "<base64 of the file>", "key": "<key>"}'

async function carve(body: Buffer): Promise<CarvedJson> {
  try {
    return await carveJson(body)
  } catch {
    throw notJson(body.length)
  }
}

function parse(json: string, bodyBytes: number, texts: CarvedTexts): unknown {
  try {
    // PowerShell and .NET clients put a byte order mark in front.
    return JSON.parse(json.charCodeAt(0) === 0xfeff ? json.slice(1) : json)
  } catch (thrown) {
    // The parser's own message quotes the body, and with it perhaps the key: only the position is kept,
    // and that is another one where something was cut out.
    throw notJson(bodyBytes, texts.size > 0 ? undefined : /at position (\d+)/.exec(String(thrown))?.[1])
  }
}

function notJson(bodyBytes: number, at?: string): MalformedRequestError {
  return new MalformedRequestError(
    `Expected a JSON object such as ${example}; received ${bodyBytes} bytes that are not valid JSON` +
      `${at === undefined ? '' : ` (character ${at})`}. Build the body with a JSON library.`,
  )
}

/** Only an image has reason to be long: what else was cut out is read whole, to be refused in full. */
async function restore(fields: WireFields, texts: CarvedTexts): Promise<WireFields> {
  if (texts.size === 0) return fields
  const restored: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    const text = typeof value === 'string' ? texts.get(value) : undefined
    restored[name] = text === undefined ? value : name === 'img' ? text : await text.text()
  }
  return restored
}

/** `an array`, `null`, `a number` … for messages. */
export function nameKind(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
