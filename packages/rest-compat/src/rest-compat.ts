import { embeddingResponseJson, freeMemory, MissingImageError, UrlInputDisabledError } from '@pixvec/core'
import { type GatewayHost, type GatewayPlugin, sendJsonText, serverTiming } from '@pixvec/gateway'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { toEmbedParams } from './embed-params.js'
import { findBodyKey, findEarlyKey } from './find-key.js'
import { describeGet, describePost } from './openapi.js'
import { addBodyReaders, checkContentType, readFields } from './read-request.js'

export interface RestCompatOptions {
  /**
   * Where the image-embedding endpoint is served. The first path is the one that openapi.json describes.
   * @default ['/imgembed', '/v1/imgembed']
   */
  readonly paths?: readonly string[]
  /** The clock behind `created`, in milliseconds since the Unix epoch. @default Date.now */
  readonly now?: () => number
}

/**
 * The PixLab wire: `POST /imgembed` with an image in JSON, a form or multipart, answered with its embedding.
 * Failures are thrown; the gateway writes them as `{status, error}`.
 */
export function restCompat(options: RestCompatOptions = {}): GatewayPlugin {
  const { paths = ['/imgembed', '/v1/imgembed'], now = Date.now } = options
  return {
    name: 'rest-compat',
    async setup(host) {
      await host.fastify.register(async (scope) => {
        addBodyReaders(scope)
        const described = { aliases: paths.slice(1), models: host.models }
        for (const url of paths) {
          scope.post(url, {
            config: { auth: 'route', transport: 'rest', swaggerTransform: describePost(described) },
            onRequest: async (request) => {
              checkEarlyKey(request, host)
              checkContentType(request)
            },
            handler: (request, reply) => embed(request, reply, host, now),
          })
          scope.get(url, {
            config: { auth: 'route', transport: 'rest', swaggerTransform: describeGet(described) },
            handler: async (request) => refuseUrl(request, host),
          })
        }
      })
    },
  }
}

/** A key in sight that is wrong is refused before its body is received. */
function checkEarlyKey(request: FastifyRequest, host: GatewayHost): void {
  const key = findEarlyKey(request)
  if (key !== undefined) request.caller = host.authenticate(key)
}

async function embed(request: FastifyRequest, reply: FastifyReply, host: GatewayHost, now: () => number) {
  const fields = readFields(request)
  request.caller ??= host.authenticate(findBodyKey(fields))
  const params = await toEmbedParams(fields, host.route, host.embedLimits.maxImageBytes)
  const result = await host.embed(params, host.callContext(request, { transport: 'rest' }))
  // An image that failed may still be on its way to a decoder.
  freeMemory(params.image)
  reply.header('server-timing', serverTiming(result.timings))
  return sendJsonText(reply, 200, embeddingResponseJson(result, now()))
}

/** GET is the wire's way to give an image URL, and this server fetches nothing yet. */
function refuseUrl(request: FastifyRequest, host: GatewayHost): never {
  host.authenticate(findEarlyKey(request))
  const { img, url } = readFields(request)
  if (img || url) throw new UrlInputDisabledError()
  throw new MissingImageError('Expected an image; nothing came. Send it with POST, as base64 in `img`.')
}
