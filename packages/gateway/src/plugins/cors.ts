import fastifyCors from '@fastify/cors'
import type { GatewayPlugin } from '../plugin.js'

export interface CorsOptions {
  /** Origins whose pages may call, for instance `https://app.example.com`. Empty: none. `*`: all. */
  readonly origins: readonly string[]
}

/** Lets pages of the listed origins call from a browser. Place it before auth: a preflight carries no key. */
export function cors({ origins }: CorsOptions): GatewayPlugin {
  return {
    name: 'cors',
    async setup({ fastify }) {
      if (origins.length === 0) return
      await fastify.register(fastifyCors, {
        origin: [...origins],
        methods: ['GET', 'HEAD', 'POST'],
        exposedHeaders: ['x-request-id', 'x-pixvec-error-code', 'retry-after', 'server-timing'],
        // Keys travel in headers that the page sets itself; cookies mean nothing here.
        credentials: false,
        maxAge: 600,
        // Its refusal of an odd OPTIONS would not be JSON.
        strictPreflight: false,
      })
    },
  }
}
