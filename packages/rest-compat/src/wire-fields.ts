/**
 * What a request says, wherever it says it: query, JSON, form or multipart. Nothing is checked yet, but
 * for one thing: a field that came twice is the last one, as JSON and PHP have it.
 */
export interface WireFields {
  readonly key?: unknown
  /** Base64 text or a URL, a long one as LongText; or the bytes of an uploaded file. */
  readonly img?: unknown
  readonly url?: unknown
  readonly dimension?: unknown
  /** Ours, not the wire's: id of the model that is to answer. */
  readonly model?: unknown
  /** Name of a form field that brought a file and is not one that is read: for the hint to the caller. */
  readonly strayFile?: string
}

export const fieldNames = ['key', 'img', 'url', 'dimension', 'model'] as const

/** Longest text, in bytes, that is read in one go. */
export const longestText = 65_536

/** Fields that one request may have. We know six; legacy clients add a few of their own. */
export const maxFields = 32

/** Keeps the fields that the wire knows; all others are ignored, `__proto__` and its like included. */
export function pickFields(source: object): WireFields {
  const picked: Record<string, unknown> = {}
  for (const name of fieldNames) {
    if (!Object.hasOwn(source, name)) continue
    const value: unknown = (source as Record<string, unknown>)[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}
