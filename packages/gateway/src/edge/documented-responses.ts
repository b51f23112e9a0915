import { type ErrorCode, ErrorResponse, errorTable } from '@pixvec/core'
import type { z } from 'zod'

interface DocumentedResponse {
  readonly description: string
  readonly content: { readonly 'application/json': { readonly schema: z.ZodType } }
}

/** One entry of the `response` part of a route's schema: JSON, with a sentence on what it says. */
export function jsonResponse(description: string, schema: z.ZodType): DocumentedResponse {
  return { description, content: { 'application/json': { schema } } }
}

/** Error codes → the `response` part of a route's schema: one entry a status, described from the error table. */
export function errorResponses(...codes: readonly ErrorCode[]): Record<number, DocumentedResponse> {
  const responses: Record<number, DocumentedResponse> = {}
  for (const code of codes) {
    const { status, when } = errorTable[code]
    const earlier = responses[status]?.description
    const description = [...(earlier ? [earlier] : []), `\`${code}\`: ${when}`].join('\n\n')
    responses[status] = jsonResponse(description, ErrorResponse)
  }
  return responses
}
