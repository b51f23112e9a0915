import type { GatewayPlugin } from '@pixvec/gateway'

/** One line a request: method, path without its query, status, time, transport, images. Probes at debug. */
export function accessLog(): GatewayPlugin {
  // A call and its request share one signal, and a count goes when they go.
  const images = new WeakMap<AbortSignal, number>()
  return {
    name: 'access-log',
    setup({ fastify }) {
      fastify.addHook('onResponse', async (request, reply) => {
        const path = request.url.split('?')[0]!
        const level = /^\/(health|metrics)(\/|$)/.test(path) ? 'debug' : 'info'
        request.log[level](
          {
            method: request.method,
            path,
            status: reply.statusCode,
            ms: Math.round(reply.elapsedTime * 10) / 10,
            transport: request.routeOptions.config.transport ?? 'other',
            images: images.get(request.hungUp) ?? 0,
            caller: request.caller?.id,
          },
          'request',
        )
      })
    },
    wrapEmbed: (next) => (request, call) => {
      images.set(call.signal, (images.get(call.signal) ?? 0) + 1)
      return next(request, call)
    },
  }
}
