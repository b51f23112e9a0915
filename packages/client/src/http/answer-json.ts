import { PixvecApiError, PixvecResponseError } from '../errors.js'
import type { Answer } from './call.js'

/** A JSON object whose fields are still to be looked at. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * The answer's body as a JSON object.
 * @throws PixvecApiError for `{status, error}`: how REST refuses, and how a server refuses on any path
 *   what it gives up before the path counts
 * @throws PixvecResponseError for what is no object: HTML, plain text, an empty body, a redirect
 */
export function answerJson(answer: Answer): JsonObject {
  const body = parse(answer.text)
  if (!isObject(body)) throw unexpectedAnswer(answer)
  if (answer.status >= 400 && typeof body.error === 'string') {
    throw new PixvecApiError(answer.errorCode ?? 'UNKNOWN', body.error, answer)
  }
  return body
}

/** The error for an answer that Pixvec would not give. */
export function unexpectedAnswer(answer: Answer): PixvecResponseError {
  return new PixvecResponseError(
    `Expected Pixvec's JSON from ${answer.url}; received ${received(answer)}. Check baseUrl and what stands in between.`,
    answer,
  )
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function received(answer: Answer): string {
  // A browser shows nothing of a redirect but this status.
  if (answer.status === 0 || (answer.status >= 300 && answer.status < 400)) return 'a redirect'
  const start = answer.text.trim().replace(/\s+/g, ' ').slice(0, 80)
  return `status ${answer.status}, ${answer.contentType ?? 'no content type'}${start ? `: ${start}` : ''}`
}
