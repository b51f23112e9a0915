import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { PixvecError } from './errors.js'
import type { EmbedResult } from './types.js'
import { float32Json, shortestFloat32 } from './vector/float32-json.js'

/** What every transport answers for one image. The order of the keys is the order on the wire. */
export const EmbeddingResponse = z
  .object({
    status: z.literal(200).describe('The HTTP status again, as a number.'),
    id: z
      .string()
      .regex(/^[0-9A-F]{10}$/)
      .describe('Random id of this answer: 10 upper-case hexadecimal characters.'),
    embedding: z
      .array(z.number())
      .describe('The vector: `dimension` numbers, L2 norm 1, each the shortest decimal of its float32.'),
    object: z.literal('embedding'),
    created: z.int().nonnegative().describe('When it was made, in Unix seconds.'),
    model: z.string().describe('Id of the model. Vectors of different models must not be compared.'),
    total_input_tokens: z.int().nonnegative().describe('Spatial positions that the encoder took in.'),
    total_output_tokens: z.int().nonnegative().describe('Pooled vectors returned: 1.'),
  })
  .meta({ id: 'EmbeddingResponse', description: 'An image embedding.' })
export type EmbeddingResponse = z.infer<typeof EmbeddingResponse>

/** What every REST failure looks like. */
export const ErrorResponse = z
  .object({
    status: z.int().min(400).max(599).describe('The HTTP status again, as a number.'),
    error: z.string().describe('What was expected, what came, and what to do.'),
  })
  .meta({ id: 'ErrorResponse', description: 'A failure, in words a person can act on.' })
export type ErrorResponse = z.infer<typeof ErrorResponse>

/** @param now milliseconds since the Unix epoch */
export function toEmbeddingResponse(result: EmbedResult, now = Date.now()): EmbeddingResponse {
  return describe(result, shortestFloat32(result.vector), now)
}

/**
 * `toEmbeddingResponse` as JSON, where the vector is most of the text and most of the time.
 * @param now milliseconds since the Unix epoch
 */
export function embeddingResponseJson(result: EmbedResult, now = Date.now()): string {
  const { status, id, embedding: _, ...rest } = describe(result, [], now)
  const before = JSON.stringify({ status, id }).slice(0, -1)
  return `${before},"embedding":${float32Json(result.vector)},${JSON.stringify(rest).slice(1)}`
}

function describe(result: EmbedResult, embedding: number[], now: number): EmbeddingResponse {
  return {
    status: 200,
    id: randomBytes(5).toString('hex').toUpperCase(),
    embedding,
    object: 'embedding',
    created: Math.floor(now / 1000),
    model: result.model,
    total_input_tokens: result.tokens.input,
    total_output_tokens: result.tokens.output,
  }
}

export function toErrorResponse(error: PixvecError): ErrorResponse {
  return { status: error.status, error: error.message }
}
