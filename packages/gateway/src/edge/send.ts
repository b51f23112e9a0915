import { type PixvecError, publicError, toErrorResponse } from '@pixvec/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerThenDrain, isStillSending } from './drain-body.js'
import { fromFastifyError } from './fastify-errors.js'

/** Writes the body of a failure in the shape of one transport. */
export type ErrorBody = (error: PixvecError, request: FastifyRequest) => unknown

/**
 * Answers JSON with a Content-Type of exactly `application/json`: legacy clients compare the whole string.
 * The value is written as it is, past Fastify's serialisers. Return what this returns.
 */
export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return sendJsonText(reply, status, JSON.stringify(body))
}

/** `sendJson` for a text that is JSON already. Return what this returns. */
export function sendJsonText(reply: FastifyReply, status: number, json: string): FastifyReply {
  reply.code(status).header('content-type', 'application/json')
  // Fastify appends a charset to strings and leaves bytes alone.
  const bytes = Buffer.from(json)
  return reply.send(isStillSending(reply) ? answerThenDrain(reply, bytes) : bytes)
}

/**
 * Answers a failure: any thrown thing → `{status, error}`, or the shape that the route's
 * `config.errorBody` gives, with the code in `x-pixvec-error-code`. Faults of ours are masked and logged
 * once under the request id. Return what this returns.
 */
export function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const { request } = reply
  const error = publicError(fromFastifyError(thrown, request))
  if (error.code === 'INTERNAL') request.log.error({ err: thrown }, 'Request failed')
  const { errorBody = toErrorResponse } = request.routeOptions.config
  setErrorHeaders(reply, error)
  return sendJson(reply, error.status, errorBody(error, request))
}

/** The headers of a failure, for a transport that writes its own body. */
export function setErrorHeaders(reply: FastifyReply, error: PixvecError): void {
  reply.header('x-pixvec-error-code', error.code)
  if (error.retryAfterMs !== undefined) reply.header('retry-after', retryAfterSeconds(error.retryAfterMs))
  const { allow } = error.details
  if (error.code === 'METHOD_NOT_ALLOWED' && Array.isArray(allow)) reply.header('allow', allow.join(', '))
  if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer realm="pixvec"')
}

/** Whole seconds, rounded up and at least 1: 0 would ask for a busy loop. */
export function retryAfterSeconds(retryAfterMs: number): string {
  return String(Math.max(1, Math.ceil(retryAfterMs / 1000)))
}
