import type { SwaggerTransform } from '@fastify/swagger'
import { EmbeddingResponse, type ErrorCode, ErrorResponse, errorCodes, type ModelInfo } from '@pixvec/core'
import { errorResponses } from '@pixvec/gateway'
import { z } from 'zod'
import { requestSchemas } from './request-schemas.js'

export interface DescribeOptions {
  /** Other paths of the same endpoint. They are hidden as routes and named in the description. */
  readonly aliases: readonly string[]
  /** Those that are loaded at the start, the default first. */
  readonly models: readonly ModelInfo[]
}

/** Every code of the error table, as the header `x-pixvec-error-code` carries it. */
export const ErrorCodes = z.enum(errorCodes).meta({
  id: 'ErrorCode',
  description: 'What went wrong, for programs. All codes of the server; each path answers some of them.',
})

/** `POST /imgembed` for openapi.json: the zod schemas of request and answer as JSON Schema. */
export function describePost({ aliases, models }: DescribeOptions): SwaggerTransform {
  const { json, form, multipart, postQuery } = requestSchemas(models)
  return ({ url }) => ({
    url,
    schema: {
      hide: aliases.includes(url),
      operationId: 'embedImage',
      summary: 'Embed one image',
      description:
        'The image comes as base64 in JSON or in a form, or as a file in multipart. The key comes in a header ' +
        '(`Authorization: Bearer`, `X-API-Key`, or `WWW-Authenticate` with the raw key), in the query or in the ' +
        'body; the first one found in this order decides. Other fields are ignored, and of two equal ones the ' +
        `last counts.${aliases.map((path) => ` The same endpoint is served at \`${path}\`.`).join('')}`,
      tags: ['embeddings'],
      security,
      querystring: jsonSchema(postQuery),
      body: {
        content: {
          'application/json': { schema: jsonSchema(json) },
          'multipart/form-data': { schema: jsonSchema(multipart) },
          'application/x-www-form-urlencoded': { schema: jsonSchema(form) },
        },
      },
      response: {
        200: {
          description: 'The embedding.',
          headers: { 'x-request-id': requestId, 'server-timing': serverTiming },
          ...content(EmbeddingResponse),
        },
        ...failures(errorCodes.filter((code) => !elsewhere.includes(code))),
      },
    },
  })
}

/** `GET /imgembed`: the wire's way to give an image URL. */
export function describeGet({ aliases, models }: DescribeOptions): SwaggerTransform {
  return ({ url }) => ({
    url,
    schema: {
      hide: aliases.includes(url),
      operationId: 'embedImageUrl',
      summary: 'Embed the image at a URL (switched off)',
      description: 'This server fetches nothing yet, so every answer is a failure. Send the image with POST.',
      tags: ['embeddings'],
      security,
      querystring: jsonSchema(requestSchemas(models).getQuery),
      response: failures([
        'URL_INPUT_DISABLED',
        'MISSING_IMAGE',
        'UNAUTHENTICATED',
        'INTERNAL',
        'SHUTTING_DOWN',
      ]),
    },
  })
}

/** Codes that no answer of this endpoint has: GraphQL's own, and the one for a caller who has hung up. */
const elsewhere: readonly ErrorCode[] = ['TOO_MANY_IMAGES', 'LITERAL_TOO_LARGE', 'ABORTED']

/** The schemes of the gateway's document; with none of them the key is looked for in the body. */
const security = [{ bearer: [] }, { apiKey: [] }, { rawHeader: [] }, { keyQuery: [] }, {}]

const requestId = { type: 'string', description: 'Id of the request in the log of the server.' }
const serverTiming = {
  type: 'string',
  description:
    'Where the time went, in milliseconds: `queue`, `decode`, `resize`, `inference` and `total` as `dur`, and the ' +
    'number of images that shared the run as the `desc` of `batch`.',
}
const errorCode = { ...refer(ErrorCodes), description: 'What went wrong, for programs.' }
const retryAfter = { type: 'integer', minimum: 0, description: 'Seconds to wait before the next try.' }

/** Codes → one response for each status, with its headers. */
function failures(codes: readonly ErrorCode[]): Record<string, object> {
  return Object.fromEntries(
    Object.entries(errorResponses(...codes)).map(([status, { description }]) => {
      const headers = {
        'x-request-id': requestId,
        'x-pixvec-error-code': errorCode,
        ...(status === '429' || status === '503' ? { 'retry-after': retryAfter } : {}),
      }
      return [status, { description, headers, ...content(ErrorResponse) }]
    }),
  )
}

function content(component: z.ZodType) {
  return { content: { 'application/json': { schema: refer(component) } } }
}

/** zod's registry hands the schemas that have an id to the document. */
function refer(component: z.ZodType) {
  return { $ref: `#/components/schemas/${component.meta()?.id}` }
}

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: 'input' })
  return plain
}
