import type { FastifyRequest } from 'fastify'

/** What GET /graphql shows a browser outside production. Plain text: nothing in it can load anything. */
export const developmentHint = `GraphQL is served here, at POST /graphql.

  curl http://<host>/graphql \\
    -H 'content-type: application/json' -H 'authorization: Bearer <key>' \\
    -d '{"query": "{ models { id dimensions defaultDimension } }"}'

Introspection is on: point any GraphQL tool of yours at this address.
`

/** True for a person who has opened the address in a browser. */
export function wantsHint(request: FastifyRequest): boolean {
  const isQuery = Object.keys(Object(request.query)).length > 0
  return !isQuery && (request.headers.accept ?? '').includes('text/html')
}
