import { createEmbedder, type EmbedLimits, type ModelToServe } from '@pixvec/core'
import { type FakeBackendOptions, fakeBackend } from '@pixvec/core/testing'
import { bearerAuth, cors, type GatewayLimits, rateLimit } from '@pixvec/gateway'
import { startTestGateway } from '@pixvec/gateway/testing'
import { restCompat } from '@pixvec/rest-compat'

export interface ServerOptions {
  readonly backend?: FakeBackendOptions
  /** @default the built-in one */
  readonly models?: readonly ModelToServe[]
  readonly embedLimits?: Partial<EmbedLimits>
  readonly gatewayLimits?: Partial<GatewayLimits>
  /** Origins of pages that may call. @default none */
  readonly origins?: readonly string[]
  /** @default no limit */
  readonly imagesPerMinute?: number
}

export interface TestServer {
  readonly url: string
  readonly key: string
  close(): Promise<void>
}

/** The real server on a free port, with all but the model: the fake backend takes its place. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const key = 'key-of-the-test'
  const embedder = await createEmbedder({
    backend: fakeBackend(options.backend),
    ...(options.models ? { models: options.models } : {}),
    ...(options.embedLimits ? { limits: options.embedLimits } : {}),
  })
  const server = await startTestGateway({
    embedder,
    plugins: [
      cors({ origins: options.origins ?? [] }),
      bearerAuth({ keys: [key] }),
      ...(options.imagesPerMinute ? [rateLimit({ imagesPerMinute: options.imagesPerMinute })] : []),
      restCompat(),
    ],
    ...(options.gatewayLimits ? { limits: options.gatewayLimits } : {}),
  })
  return {
    url: server.url,
    key,
    async close() {
      await server.close()
      await embedder.close()
    },
  }
}
