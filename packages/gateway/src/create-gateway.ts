import type { Embedder, Log } from '@pixvec/core'
import type { FastifyInstance } from 'fastify'
import type { GatewayPhase, GatewayPlugin } from './plugin.js'

/** Limits on what a connection may cost before an image is looked at. */
export interface GatewayLimits {
  /** Largest request body, in bytes. Base64 makes an image a third larger. @default 28_000_000 */
  readonly bodyLimitBytes: number
  /** Bytes of all bodies being received or worked on; above it new ones get OVERLOADED. @default 512_000_000 */
  readonly bodyBudgetBytes: number
  /** Time for a sender to send all headers. @default 10_000 */
  readonly headersTimeoutMs: number
  /** Time for a sender to send the whole request. @default 60_000 */
  readonly requestTimeoutMs: number
  /** How long an idle connection is kept. @default 65_000 */
  readonly keepAliveTimeoutMs: number
  /** Open connections; more are closed at once. @default 1_000 */
  readonly maxConnections: number
  /** How long a drain waits for accepted work. @default 30_000 */
  readonly drainTimeoutMs: number
  /** Images one GraphQL operation may ask for, aliases and lists counted together. @default 32 */
  readonly maxImagesPerOperation: number
}

export interface GatewayOptions {
  readonly embedder: Embedder
  /** Outermost first. */
  readonly plugins: readonly GatewayPlugin[]
  readonly limits?: Partial<GatewayLimits>
  /** Introspection and the landing page are on only outside production. @default true */
  readonly production?: boolean
  /** Version in openapi.json and in logs. */
  readonly version?: string
  /** A pino logger. @default silent */
  readonly log?: Log
}

export interface Gateway {
  readonly fastify: FastifyInstance
  phase(): GatewayPhase
  /** @returns the address, for instance `http://127.0.0.1:8080` */
  listen(options: { host: string; port: number }): Promise<string>
  /** No new work; what is accepted is answered; then plugins close in reverse order. The embedder stays the caller's to close. */
  close(): Promise<void>
}
