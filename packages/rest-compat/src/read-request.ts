import { MalformedRequestError, PixvecError } from '@pixvec/core'
import { collectBody } from '@pixvec/gateway'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readForm, readPairs } from './read-form.js'
import { readJson } from './read-json.js'
import { readMultipart } from './read-multipart.js'
import type { WireFields } from './wire-fields.js'

/** The content types of a body, each with its reader. */
export const bodyReaders = {
  'application/json': (body: Buffer) => readJson(body),
  'multipart/form-data': (body: Buffer, contentType: string) => readMultipart(body, contentType),
  'application/x-www-form-urlencoded': (body: Buffer) => readForm(body),
} as const satisfies Record<string, (body: Buffer, contentType: string) => WireFields | Promise<WireFields>>

/**
 * Teaches a scope of Fastify the bodies of the wire, and forgets all others. Multipart too is read whole
 * before it is taken apart: the image has to be in memory anyway, and so one limit and one count of bytes
 * hold for all bodies, and none can be left half read.
 */
export function addBodyReaders(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  for (const [mediaType, read] of Object.entries(bodyReaders)) {
    scope.addContentTypeParser(mediaType, async (request: FastifyRequest, stream: NodeJS.ReadableStream) =>
      read(await collectBody(request, stream), request.headers['content-type'] ?? ''),
    )
  }
  // Reached without a Content-Type only: checkContentType has refused the others.
  scope.addContentTypeParser('*', async () => {
    throw new MalformedRequestError(
      `Expected a Content-Type that says what the body is; received a body without one. Use ${supported}.`,
    )
  })
}

/** @throws PixvecError UNSUPPORTED_MEDIA_TYPE, which names those that are supported */
export function checkContentType(request: FastifyRequest): void {
  const received = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (received === undefined || Object.hasOwn(bodyReaders, received)) return
  throw new PixvecError(
    'UNSUPPORTED_MEDIA_TYPE',
    `Expected a Content-Type of ${supported}; received ${JSON.stringify(received.slice(0, 80))}.`,
    { details: { received: received.slice(0, 80), supported: Object.keys(bodyReaders) } },
  )
}

const supported = 'application/json, multipart/form-data or application/x-www-form-urlencoded'

/** All that a request says; a field of the body stands before the same one of the query. */
export function readFields(request: FastifyRequest): WireFields {
  return { ...readPairs(request.query as object), ...(request.body as WireFields | undefined) }
}
