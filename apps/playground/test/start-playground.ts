import { createEmbedder, type EmbedLimits } from '@pixvec/core'
import { type FakeBackendOptions, fakeBackend } from '@pixvec/core/testing'
import { bearerAuth, cors, createGateway, type GatewayLimits, staticSite } from '@pixvec/gateway'
import { restCompat } from '@pixvec/rest-compat'
import { playgroundFolder } from '../folder.js'

export interface PlaygroundOptions {
  /** The built-in one sees pictures; the fake one is quick and only tells equal pixels from others. @default 'fake' */
  readonly model?: 'built-in' | 'fake'
  readonly backend?: FakeBackendOptions
  readonly embedLimits?: Partial<EmbedLimits>
  readonly gatewayLimits?: Partial<GatewayLimits>
  /** @default any free one */
  readonly port?: number
  /** Origins of pages elsewhere that may call. @default none */
  readonly origins?: readonly string[]
}

export interface RunningPlayground {
  readonly url: string
  readonly port: number
  readonly key: string
  close(): Promise<void>
}

/** The built playground as the product serves it, over a real gateway on 127.0.0.1. */
export async function startPlayground(options: PlaygroundOptions = {}): Promise<RunningPlayground> {
  const key = 'key-of-the-test'
  const embedder = await createEmbedder({
    ...(options.model !== 'built-in' && { backend: fakeBackend(options.backend) }),
    ...(options.embedLimits && { limits: options.embedLimits }),
  })
  const gateway = await createGateway({
    embedder,
    plugins: [
      cors({ origins: options.origins ?? [] }),
      bearerAuth({ keys: [key] }),
      restCompat(),
      staticSite({ name: 'playground', folder: playgroundFolder }),
    ],
    ...(options.gatewayLimits && { limits: options.gatewayLimits }),
  })
  const url = await gateway.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  return {
    url,
    port: Number(new URL(url).port),
    key,
    async close() {
      await gateway.close()
      await embedder.close()
    },
  }
}
