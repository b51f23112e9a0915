import type {
  FastifyInstance,
  FastifySchema,
  FastifySchemaCompiler,
  FastifySerializerCompiler,
} from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'

/**
 * Lets route schemas be zod. Chosen route by route: a route with JSON Schema, or with none, keeps what
 * Fastify does. Answers sent with `sendJson` are bytes already and never pass a serialiser.
 */
export function acceptZodSchemas(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (!route.schema) return
    if (!route.validatorCompiler && validated(route.schema).some(isZod)) {
      route.validatorCompiler = validatorCompiler as FastifySchemaCompiler<unknown>
    }
    if (!route.serializerCompiler && answered(route.schema).some(isZod)) {
      route.serializerCompiler = serializerCompiler as FastifySerializerCompiler<unknown>
    }
  })
}

/** True when a part of the route's schema is zod. */
export function hasZod(schema: FastifySchema): boolean {
  return [...validated(schema), ...answered(schema)].some(isZod)
}

function validated(schema: FastifySchema): unknown[] {
  return [schema.body, schema.querystring, schema.params, schema.headers]
}

function answered(schema: FastifySchema): unknown[] {
  return Object.values(schema.response ?? {}).flatMap((answer: unknown) => {
    const { content } = Object(answer) as { content?: Record<string, { schema?: unknown }> }
    return content ? Object.values(content).map((type) => type.schema) : [answer]
  })
}

function isZod(schema: unknown): boolean {
  return schema instanceof z.ZodType
}
