import type { Embedder } from '@pixvec/core'
import {
  bearerAuth,
  cors,
  createGateway,
  type Gateway,
  type GatewayPlugin,
  health,
  metrics,
  openApi,
  rateLimit,
  staticSite,
} from '@pixvec/gateway'
import { playgroundFolder } from '@pixvec/playground'
import { restCompat } from '@pixvec/rest-compat'
import type { Logger } from 'pino'
import type { Config } from './config.js'
import { accessLog } from './serve/access-log.js'
import { version } from './version.js'

export interface ComposeOptions {
  readonly config: Config
  /** Keys that callers may use: at least one. */
  readonly keys: readonly string[]
  readonly embedder: Embedder
  readonly log: Logger
}

/** The product: every part of it, put together here and nowhere else. */
export async function compose({ config, keys, embedder, log }: ComposeOptions): Promise<Gateway> {
  return createGateway({
    embedder,
    plugins: plugins(config, keys),
    limits: config.gateway,
    production: config.production,
    version,
    log,
  })
}

/** Outermost first. */
function plugins(config: Config, keys: readonly string[]): GatewayPlugin[] {
  const listed: (GatewayPlugin | false)[] = [
    accessLog(), // sees every answer
    openApi({ version }), // collects later routes
    config.corsOrigins.length > 0 && cors({ origins: config.corsOrigins }), // preflights lack keys
    config.metrics !== 'off' && metrics({ access: config.metrics }), // counts refusals too
    bearerAuth({ keys, blockedKeys: config.blockedKeys }), // before anything costs
    config.rateLimitPerMinute > 0 && rateLimit({ imagesPerMinute: config.rateLimitPerMinute }), // knows the caller
    health(), // probes go unlimited
    restCompat(), // the legacy wire
    config.ui && staticSite({ name: 'playground', folder: playgroundFolder }), // files for everybody
  ]
  return listed.filter((plugin) => plugin !== false)
}
