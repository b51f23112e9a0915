import { basename } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { GatewayPlugin } from '../plugin.js'

export interface StaticSiteOptions {
  /**
   * Absolute path of the folder. Its files are listed once, at the start: nothing else can be asked for. Where
   * `page.js.br` or `page.js.gz` lie beside `page.js`, they are sent to whoever takes them.
   */
  readonly folder: string
  /** Path of the folder's `index.html`. @default '/' */
  readonly prefix?: string
  /** @default 'static-site' */
  readonly name?: string
}

/**
 * All that a page may do: run, draw and ask what comes from this very server. Pictures that the page makes itself
 * are blobs. No script and no style stands in the HTML.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Vite's names: what has a hash of its content in its name never changes. */
const isHashed = /-[\w-]{8}\.\w+(?:\.(?:br|gz))?$/

/**
 * A folder of files at a path, for everybody: the playground, say. Pages are held to a strict
 * Content-Security-Policy, so put nothing into the folder that wants another host or has scripts in its HTML.
 */
export function staticSite({ folder, prefix = '/', name = 'static-site' }: StaticSiteOptions): GatewayPlugin {
  return {
    name,
    async setup({ fastify }) {
      // A context of its own: the hook sees the routes of this folder alone.
      await fastify.register(async (site) => {
        site.addHook('onRoute', (route) => {
          route.config = { ...route.config, auth: 'none' }
        })
        await site.register(fastifyStatic, {
          root: folder,
          prefix,
          wildcard: false,
          preCompressed: true,
          globIgnore: ['**/*.br', '**/*.gz'],
          decorateReply: false,
          dotfiles: 'deny',
          cacheControl: false,
          setHeaders: setSafeHeaders,
        })
      })
    },
  }
}

function setSafeHeaders(reply: FastifyReply, path: string): void {
  reply
    .header(
      'cache-control',
      isHashed.test(basename(path)) ? 'public, max-age=31536000, immutable' : 'no-cache',
    )
    .header('content-security-policy', contentSecurityPolicy)
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
}
