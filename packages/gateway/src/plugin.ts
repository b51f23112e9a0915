import type { ApolloServerPlugin } from '@apollo/server'
import type {
  Asked,
  CallContext,
  Caller,
  Embed,
  EmbedderStats,
  EmbedLimits,
  ModelInfo,
  Route,
} from '@pixvec/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { CallContextOptions } from './call-context.js'
import type { ErrorBody } from './edge/send.js'

export { type ErrorBody, sendError, sendJson } from './edge/send.js'
export { headerKey } from './plugins/header-key.js'
export type { Asked, CallContext, CallContextOptions, Caller, Embed, EmbedderStats, ModelInfo, Route }

/** The life of a gateway. Only `ready` takes new work. */
export type GatewayPhase = 'starting' | 'ready' | 'draining' | 'closed'

/** Who a key belongs to; throws UnauthenticatedError for a missing, unknown or blocked one. */
export type Authenticate = (key: string | undefined) => Caller

/** What a plugin may use of the gateway that hosts it. */
export interface GatewayHost {
  /** For routes and HTTP hooks. A route of yours asks for a key in the header unless its config says otherwise: see `RouteAuth`. */
  readonly fastify: FastifyInstance
  /** The models that are loaded now, the default first. Read it when a call comes: models are exchanged while the server runs. */
  readonly models: readonly ModelInfo[]
  /**
   * Which model would answer, and with how many numbers: for a transport that refuses before it has the bytes.
   * @throws UnknownModelError, InvalidDimensionError
   */
  readonly route: (asked: Asked) => Route
  /**
   * The composed Embed: every plugin's wrap around core. Call it when a request comes, not during setup. The
   * transports free the bytes of an image when it was answered: a wrap must not read them afterwards.
   */
  readonly embed: Embed
  readonly phase: () => GatewayPhase
  /** Limits of one image. A transport refuses what is over `maxImageBytes` before it decodes base64. */
  readonly embedLimits: EmbedLimits
  readonly stats: () => EmbedderStats
  /** Checks a key that a route found by itself, in a body say. Without an auth plugin everybody is let in as `anonymous`. */
  readonly authenticate: Authenticate
  /** Sets what `authenticate` does. For the auth plugin; a second one stops the boot. */
  useAuthenticate(authenticate: Authenticate): void
  /** The context to hand to `embed` for this request. */
  callContext(request: FastifyRequest, options: CallContextOptions): CallContext
}

/**
 * One concern of the gateway. Built-ins use the same contract as a stranger's. The list of plugins is
 * ordered, outermost first: the first plugin's `wrapEmbed` sees a call first and its result last.
 */
export interface GatewayPlugin {
  /** Unique in the list. */
  readonly name: string
  /** Names of plugins that must stand earlier in the list. */
  readonly requires?: readonly string[]
  /** Adds routes and hooks. Awaited, in the order of the list, before the server listens. */
  setup?(host: GatewayHost): void | Promise<void>
  /** Around every image, from both transports. */
  wrapEmbed?(next: Embed): Embed
  /** type-graphql resolver classes that it adds. */
  // biome-ignore lint/complexity/noBannedTypes: type-graphql takes classes as Function
  readonly resolvers?: readonly Function[]
  readonly apollo?: ApolloServerPlugin<CallContext>
  /** After the drain, in reverse order. */
  close?(): Promise<void>
}

/**
 * Where a route's key is looked for, in the route's `config.auth`:
 * `header` (the default) refuses before the body is read; `route` leaves it to the route, which calls
 * `host.authenticate`; `none` asks for no key.
 */
export type RouteAuth = 'header' | 'route' | 'none'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** @default 'header' */
    auth?: RouteAuth
    /** Body of a failure of this route. @default ErrorResponse: `{status, error}` */
    errorBody?: ErrorBody
    /** Name of the transport in metrics. @default 'other' */
    transport?: string
    /** Answers during a drain as well: for health and metrics. @default false */
    servesWhileDraining?: boolean
  }
  interface FastifyRequest {
    /** Who the header's key belongs to; set by the auth plugin. */
    caller: Caller | undefined
    /** Aborts when the connection closes before the answer is written. */
    hungUp: AbortSignal
    /** True while the sender waits for `100 Continue` before it sends its body. */
    awaitsContinue: boolean
  }
}
