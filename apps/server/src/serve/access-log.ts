import type { GatewayPlugin } from '@pixvec/gateway'

interface Served {
  readonly transport: string
  images: number
}

/** One line a request: method, path without its query, status, time, transport, images. Probes at debug. */
export function accessLog(): GatewayPlugin {
  // A call and its request share one signal, and it goes when they go.
  const served = new WeakMap<AbortSignal, Served>()
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
            transport: 'http',
            ...served.get(request.hungUp),
            caller: request.caller?.id,
          },
          'request',
        )
      })
    },
    wrapEmbed: (next) => (request, call) => {
      const counted = served.get(call.signal) ?? { transport: call.transport, images: 0 }
      counted.images += 1
      served.set(call.signal, counted)
      return next(request, call)
    },
  }
}
