import { type ErrorCode, ErrorResponse, errorTable } from '@pixvec/core'
import type { z } from 'zod'

interface DocumentedResponse {
  readonly description: string
  readonly content: { readonly 'application/json': { readonly schema: z.ZodType } }
}

/** Error codes → the `response` part of a route's schema: one entry a status, described from the error table. */
export function errorResponses(...codes: readonly ErrorCode[]): Record<number, DocumentedResponse> {
  const responses: Record<number, DocumentedResponse> = {}
  for (const code of codes) {
    const { status, when } = errorTable[code]
    const earlier = responses[status]?.description
    responses[status] = {
      description: [...(earlier ? [earlier] : []), `\`${code}\`: ${when}`].join('\n\n'),
      content: { 'application/json': { schema: ErrorResponse } },
    }
  }
  return responses
}
