import 'reflect-metadata'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { CallContext } from '@pixvec/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { LifeCycle } from '../life-cycle.js'
import type { GatewayLimits } from '../limits.js'
import type { GatewayHost, GatewayPlugin } from '../plugin.js'
import { headerKey } from '../plugins/header-key.js'
import { developmentHint, wantsHint } from './development-hint.js'
import type { GraphqlCall } from './embedding-resolver.js'
import { formatError, graphqlErrorBody, refusal, reportErrors } from './errors.js'
import { tooManyImages } from './image-price.js'
import { guardQueryText } from './literal-guard.js'
import { addCarvingReader, decorateCarvedTexts } from './read-body.js'
import { createSchema } from './schema.js'

export interface GraphqlOptions {
  readonly host: GatewayHost
  readonly plugins: readonly GatewayPlugin[]
  readonly production: boolean
  readonly limits: GatewayLimits
  readonly lifeCycle: LifeCycle
  readonly maxImageBytes: number
}

export interface Graphql {
  /** Waits for what is accepted, at most for the time of a drain, then stops Apollo. */
  stop(): Promise<void>
}

/** Tokens of one query text. 32 aliases with every field have about 1,000. */
const maxTokens = 2_000

/** Serves GraphQL at POST /graphql, and queries at GET /graphql for whoever passes the CSRF check. */
export async function createGraphql(options: GraphqlOptions): Promise<Graphql> {
  const { host, plugins, production, limits, lifeCycle, maxImageBytes } = options
  const apollo = new ApolloServer<GraphqlCall>({
    schema: await createSchema({ host, maxImageBytes }, plugins),
    nodeEnv: production ? 'production' : 'development',
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    // Neither kept queries nor batches: each is a way around the limits below. The cache of parsed
    // documents is Apollo's own, least recently used out, 30 MB at most.
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    parseOptions: { maxTokens },
    stopOnTerminationSignals: false,
    logger: apolloLog(host.fastify),
    formatError,
    plugins: [
      ...nothingOfItsOwn(),
      reportErrors,
      countImages(limits.maxImagesPerOperation),
      drain(lifeCycle, limits.drainTimeoutMs),
      ...plugins.flatMap((plugin) => plugin.apollo ?? []),
    ],
  })
  await apollo.start()
  // A resolver of somebody else may take strings too, and knows of no placeholders.
  const carves = plugins.every(({ resolvers = [] }) => resolvers.length === 0)
  await host.fastify.register(async (scope) => {
    decorateCarvedTexts(scope)
    if (carves) addCarvingReader(scope)
    addRoutes(scope, apollo, host, production)
  })
  return { stop: () => apollo.stop() }
}

function addRoutes(
  scope: FastifyInstance,
  apollo: ApolloServer<GraphqlCall>,
  host: GatewayHost,
  production: boolean,
): void {
  const execute = fastifyApolloHandler(apollo, {
    context: async (request) => ({
      ...host.callContext(request, { transport: 'graphql' }),
      texts: request.carvedTexts,
    }),
  })
  const config = { transport: 'graphql', errorBody: graphqlErrorBody }
  const schema = { hide: true }
  const guard = async (request: FastifyRequest) => {
    const { query } = Object(request.method === 'GET' ? request.query : request.body) as { query?: unknown }
    guardQueryText(query)
  }

  // Asked late at GET: the hint is for whoever has no key yet.
  const hintOrKey = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!production && wantsHint(request))
      return reply.type('text/plain; charset=utf-8').send(developmentHint)
    request.caller ??= host.authenticate(headerKey(request))
  }

  scope.post('/graphql', { config, schema, preHandler: guard }, execute)
  scope.get(
    '/graphql',
    {
      config: { ...config, auth: 'route' },
      schema,
      preHandler: [guard, hintOrKey],
      exposeHeadRoute: false,
    },
    execute,
  )
}

function countImages(maxImages: number): ApolloServerPlugin<CallContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, request: { variables } }) {
          if (!operation) return
          const tooMany = tooManyImages({ document, operation, variables }, maxImages)
          if (tooMany) throw refusal(tooMany)
        },
      }
    },
  }
}

function drain(lifeCycle: LifeCycle, timeoutMs: number): ApolloServerPlugin<CallContext> {
  return {
    async serverWillStart({ logger }) {
      return {
        async drainServer() {
          const unanswered = await lifeCycle.settled(timeoutMs)
          if (unanswered > 0)
            logger.warn(`Drain ended after ${timeoutMs} ms with ${unanswered} requests unanswered.`)
        },
      }
    },
  }
}

/** Apollo's own extras are all off: none of them may call out, or make a browser call out. */
function nothingOfItsOwn(): ApolloServerPlugin<CallContext>[] {
  return [
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginCacheControlDisabled(),
  ]
}

function apolloLog({ log }: FastifyInstance) {
  return {
    debug: (message?: unknown) => log.debug(String(message)),
    info: (message?: unknown) => log.info(String(message)),
    warn: (message?: unknown) => log.warn(String(message)),
    error: (message?: unknown) => log.error(String(message)),
  }
}
