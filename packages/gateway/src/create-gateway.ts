import type { Caller, Embed, Embedder, Log } from '@pixvec/core'
import { fastify as createFastify, type FastifyInstance, LogController } from 'fastify'
import { guardAdmission } from './admission.js'
import { createBodyBudget } from './body-budget.js'
import { createCallContext } from './call-context.js'
import { answerConnectionError } from './edge/connection-errors.js'
import { notServed } from './edge/routes-at.js'
import { sendError } from './edge/send.js'
import { silentLog, toFastifyLog } from './fastify-log.js'
import { createGraphql } from './graphql/create-graphql.js'
import { hungUpSignal } from './hung-up.js'
import { createLifeCycle } from './life-cycle.js'
import { defaultGatewayLimits, type GatewayLimits } from './limits.js'
import type { Authenticate, GatewayHost, GatewayPhase, GatewayPlugin } from './plugin.js'
import { createPluginChain, embedBeforeReady } from './plugin-chain.js'
import { requestIdOf } from './request-id.js'
import { acceptZodSchemas } from './zod-schemas.js'

export interface GatewayOptions {
  readonly embedder: Embedder
  /** Outermost first. */
  readonly plugins: readonly GatewayPlugin[]
  readonly limits?: Partial<GatewayLimits>
  /** Introspection and the page at GET /graphql are on only outside production. @default true */
  readonly production?: boolean
  /** Version in the log line of the start. */
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

/** How long connections may take to end by themselves once everything accepted is answered. */
const closingGraceMs = 1_000

/**
 * Puts an embedder behind HTTP: the edge (limits, errors, drain), the plugins in their order, GraphQL.
 * @throws Error when a plugin is listed twice, misses one that it requires, or fails to set up
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { embedder, plugins, production = true } = options
  const limits = { ...defaultGatewayLimits, ...withoutUndefined(options.limits) }
  const chain = createPluginChain(plugins)
  const lifeCycle = createLifeCycle()
  const fastify = createEdge(limits, options.log ?? silentLog)

  let embed: Embed = embedBeforeReady
  const auth = createAuthenticateSlot()
  const host: GatewayHost = {
    fastify,
    get models() {
      return embedder.models
    },
    route: (asked) => embedder.route(asked),
    embed: (request, call) => embed(request, call),
    phase: lifeCycle.phase,
    embedLimits: embedder.limits,
    stats: () => embedder.stats(),
    authenticate: (key) => auth.current(key),
    useAuthenticate: auth.use,
    callContext: createCallContext,
  }

  let graphql: Awaited<ReturnType<typeof createGraphql>>
  try {
    await chain.setup(host)
    try {
      embed = chain.compose((request, call) => embedder.embed(request, call))
      // After the plugins' hooks, so that a caller without a key is refused first.
      guardAdmission(fastify, { lifeCycle, budget: createBodyBudget(limits.bodyBudgetBytes), embedder })
      graphql = await createGraphql({
        host,
        plugins,
        production,
        limits,
        lifeCycle,
        maxImageBytes: embedder.limits.maxImageBytes,
      })
      await fastify.ready()
    } catch (cause) {
      await chain.close().catch(() => {})
      throw cause
    }
  } catch (cause) {
    await fastify.close().catch(() => {})
    throw cause
  }

  async function drainAndClose(): Promise<void> {
    lifeCycle.enter('draining')
    // Apollo waits for what is accepted, then stops.
    await graphql.stop()
    const impatient = setTimeout(() => fastify.server.closeAllConnections(), closingGraceMs)
    await fastify.close()
    clearTimeout(impatient)
    lifeCycle.enter('closed')
    await chain.close()
  }

  let closing: Promise<void> | undefined
  return {
    fastify,
    phase: lifeCycle.phase,
    async listen(address) {
      const url = await fastify.listen(address)
      lifeCycle.enter('ready')
      fastify.log.info({ version: options.version, plugins: plugins.map(({ name }) => name), url }, 'Ready')
      return url
    },
    close() {
      closing ??= drainAndClose()
      return closing
    },
  }
}

/** Fastify with everything that holds before any plugin: limits on connections, ids, errors in our words. */
function createEdge(limits: GatewayLimits, log: Log): FastifyInstance {
  const fastify = createFastify({
    // Legacy clients write paths in any case and leave a `/` or `?` at the end.
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    bodyLimit: limits.bodyLimitBytes,
    genReqId: requestIdOf,
    loggerInstance: toFastifyLog(log),
    // Fastify's own lines hold the whole URL, and a legacy URL may hold a key.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: {
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      // Node looks for dawdlers only this often; its default of 30 s would outlast the limits.
      connectionsCheckingInterval: Math.max(50, Math.min(1_000, Math.round(limits.headersTimeoutMs / 4))),
    },
    // A drain refuses new work by itself, in our words.
    return503OnClosing: false,
    clientErrorHandler: answerConnectionError,
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id)
      sendError(reply, error)
    },
  })
  fastify.server.maxConnections = limits.maxConnections

  fastify.decorateRequest('caller', undefined)
  fastify.decorateRequest('hungUp')
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    request.hungUp = hungUpSignal(reply)
  })
  fastify.setErrorHandler((error, _request, reply) => sendError(reply, error))
  fastify.setNotFoundHandler((request, reply) => sendError(reply, notServed(fastify, request)))
  acceptZodSchemas(fastify)
  return fastify
}

/** What `host.authenticate` does: everybody is let in until one plugin says otherwise. */
function createAuthenticateSlot() {
  const anonymous: Caller = { id: 'anonymous' }
  const slot = {
    current: (() => anonymous) as Authenticate,
    isTaken: false,
    use(authenticate: Authenticate) {
      if (slot.isTaken) {
        throw new Error('useAuthenticate was called twice. Keep one auth plugin in the list.')
      }
      slot.isTaken = true
      slot.current = authenticate
    },
  }
  return slot
}

function withoutUndefined<T extends object>(values: T | undefined): T {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as T
}
