import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type CarvedJson, type CarvedTexts, carveJson } from '../body/carve-json.js'
import { collectBody } from '../body/collect-body.js'
import { invalidJson } from '../edge/fastify-errors.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** What stands for long strings in the variables of a GraphQL request. */
    carvedTexts: CarvedTexts
  }
}

const none: CarvedTexts = new Map()

/** Every request of the scope has `carvedTexts`, an empty map to begin with. */
export function decorateCarvedTexts(scope: FastifyInstance): void {
  scope.decorateRequest('carvedTexts')
  scope.addHook('onRequest', async (request) => {
    request.carvedTexts = none
  })
  scope.addHook('onResponse', async ({ carvedTexts }) => {
    for (const { place } of carvedTexts.values()) place.memory.free()
  })
}

/**
 * Teaches a scope of Fastify to read the JSON of a GraphQL request with its long strings cut out. Apollo
 * sees a short string in the place of each; the resolvers of images look up in `carvedTexts` what it stands
 * for. The query text itself is put back.
 */
export function addCarvingReader(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error')
  scope.removeContentTypeParser('application/json')
  scope.addContentTypeParser(
    'application/json',
    async (request: FastifyRequest, stream: NodeJS.ReadableStream) => {
      const { json, texts } = await carve(await collectBody(request, stream))
      const body = await new Promise<unknown>((resolve, reject) => {
        parse(request, json, (error, value) => (error ? reject(error) : resolve(value)))
      })
      request.carvedTexts = texts
      if (isObject(body) && typeof body.query === 'string') {
        const query = texts.get(body.query)
        if (query) body.query = await query.text()
      }
      return body
    },
  )
}

async function carve(body: Buffer): Promise<CarvedJson> {
  try {
    return await carveJson(body)
  } catch {
    throw invalidJson()
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
