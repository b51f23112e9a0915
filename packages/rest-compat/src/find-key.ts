import { MalformedRequestError } from '@pixvec/core'
import { headerKey } from '@pixvec/gateway'
import type { FastifyRequest } from 'fastify'
import { readPairs } from './read-form.js'
import { nameKind } from './read-json.js'
import type { WireFields } from './wire-fields.js'

/**
 * The key that can be seen before the body is read: a header's, else the query's. Keys are looked for in
 * the order header, query, body, and the first one found decides, even when another would be valid.
 */
export function findEarlyKey(request: FastifyRequest): string | undefined {
  return headerKey(request) ?? textOf(readPairs(request.query as object).key)
}

/** @throws MalformedRequestError for a key that is no string */
export function findBodyKey(fields: WireFields): string | undefined {
  if (fields.key === undefined || fields.key === null || typeof fields.key === 'string')
    return textOf(fields.key)
  throw new MalformedRequestError(
    `Expected \`key\` to be a string; received ${nameKind(fields.key)}. Put the key in quotation marks.`,
  )
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim() || undefined : undefined
}
