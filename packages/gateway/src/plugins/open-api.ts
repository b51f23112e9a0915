import fastifySwagger, { type SwaggerTransform } from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { jsonResponse } from '../edge/documented-responses.js'
import { sendJson } from '../edge/send.js'
import type { GatewayPlugin, RouteAuth } from '../plugin.js'
import { hasZod } from '../zod-schemas.js'

export interface OpenApiOptions {
  /** Version of the API in the document. */
  readonly version: string
  /** @default 'Pixvec' */
  readonly title?: string
  /** @default what Pixvec is, in a sentence */
  readonly description?: string
}

export interface OpenApiPlugin extends GatewayPlugin {
  /** The document, from the schemas of all routes. Call it when the gateway is up. */
  document(): object
}

/** Ways to send the key. `keyQuery` is for routes that look for it themselves. */
const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: '`Authorization: Bearer <key>`' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The raw key.' },
  rawHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'WWW-Authenticate',
    description: 'The raw key, as legacy clients send it.',
  },
  keyQuery: {
    type: 'apiKey',
    in: 'query',
    name: 'key',
    description: 'The raw key. URLs end up in logs: prefer a header.',
  },
} as const

const inHeader = [{ bearer: [] }, { apiKey: [] }, { rawHeader: [] }]
const securityOf: Record<RouteAuth, Record<string, string[]>[]> = {
  header: inHeader,
  route: [...inHeader, { keyQuery: [] }],
  none: [],
}

/**
 * `GET /openapi.json`: an OpenAPI 3.1 document from the zod schemas of the routes. Place it first: it
 * sees the routes of the plugins after it.
 */
export function openApi(options: OpenApiOptions): OpenApiPlugin {
  const {
    version,
    title = 'Pixvec',
    description = 'Self-hosted image embeddings: an image in, 512 or 1024 numbers out.',
  } = options
  let fastify: FastifyInstance | undefined
  let document: object | undefined

  const plugin: OpenApiPlugin = {
    name: 'openapi',
    async setup(host) {
      fastify = host.fastify
      await fastify.register(fastifySwagger, {
        openapi: {
          openapi: '3.1.0',
          info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
          tags: [
            { name: 'embeddings', description: 'Images to vectors.' },
            { name: 'service', description: 'Health, metrics and this document.' },
          ],
          components: { securitySchemes },
        },
        transform,
        transformObject: jsonSchemaTransformObject,
        convertConstToEnum: false,
      })
      fastify.get(
        '/openapi.json',
        {
          config: { auth: 'none' },
          schema: {
            tags: ['service'],
            summary: 'This document.',
            response: { 200: jsonResponse('OpenAPI 3.1.', z.record(z.string(), z.unknown())) },
          },
        },
        (_request, reply) => sendJson(reply, 200, plugin.document()),
      )
    },
    document() {
      if (!fastify) throw new Error('The OpenAPI document is there once the gateway is set up.')
      document ??= withoutUnused(fastify.swagger())
      return document
    },
  }
  return plugin
}

/** zod → JSON Schema, where it is zod; and the route's `config.auth` → `security`. */
const transform: SwaggerTransform = (input) => {
  const { schema, url } = input.schema && hasZod(input.schema) ? jsonSchemaTransform(input) : input
  const auth = input.route.config?.auth ?? 'header'
  const described: FastifySchema = { security: securityOf[auth], ...schema }
  return { schema: described, url }
}

/** Leaves out the schemas that nothing refers to: the transform writes each one twice, for input and output. */
function withoutUnused(document: object): object {
  const { components } = document as { components?: { schemas?: object } }
  if (!components?.schemas) return document
  const text = JSON.stringify(document)
  const schemas = Object.entries(components.schemas).filter(([name]) =>
    text.includes(`"#/components/schemas/${name}"`),
  )
  return { ...document, components: { ...components, schemas: Object.fromEntries(schemas) } }
}
