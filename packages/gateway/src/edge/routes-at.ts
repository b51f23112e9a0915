import { PixvecError } from '@pixvec/core'
import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify'

// OPTIONS is left out: CORS answers it on every path, known or not.
const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Why nothing serves the request: the path is unknown (404), or the method is wrong for it (405). */
export function notServed(fastify: FastifyInstance, request: FastifyRequest): PixvecError {
  const path = request.url.split('?', 1)[0]!
  const allow = methods.filter((method) => isServed(fastify, method, path))
  if (allow.length === 0) {
    return new PixvecError(
      'NOT_FOUND',
      `Nothing is served at ${JSON.stringify(path.slice(0, 200))}. Check the path.`,
    )
  }
  return new PixvecError(
    'METHOD_NOT_ALLOWED',
    `${request.method} is not allowed at ${JSON.stringify(path.slice(0, 200))}; allowed: ${allow.join(', ')}.`,
    { details: { allow } },
  )
}

function isServed(fastify: FastifyInstance, method: HTTPMethods, path: string): boolean {
  return Boolean(fastify.findRoute({ method, url: path }))
}
