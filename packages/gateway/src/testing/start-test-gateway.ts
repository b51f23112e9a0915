import { createEmbedder, type Embedder, type Log } from '@pixvec/core'
import { fakeBackend } from '@pixvec/core/testing'
import { createGateway, type Gateway } from '../create-gateway.js'
import type { GatewayLimits } from '../limits.js'
import type { GatewayPlugin } from '../plugin.js'

export interface TestGatewayOptions {
  /** @default [] */
  readonly plugins?: readonly GatewayPlugin[]
  /** @default one with the fake backend, closed with the gateway */
  readonly embedder?: Embedder
  readonly limits?: Partial<GatewayLimits>
  /** @default true */
  readonly production?: boolean
  readonly log?: Log
}

export interface TestGateway {
  /** For instance `http://127.0.0.1:40123`. */
  readonly url: string
  readonly gateway: Gateway
  readonly embedder: Embedder
  close(): Promise<void>
}

/** A gateway that listens on a free port of 127.0.0.1, for tests over real HTTP. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { embedder: given, plugins = [], ...rest } = options
  const embedder = given ?? (await createEmbedder({ backend: fakeBackend() }))
  const closeOwnEmbedder = async () => {
    if (!given) await embedder.close()
  }
  try {
    const gateway = await createGateway({ ...rest, plugins, embedder })
    const url = await gateway.listen({ host: '127.0.0.1', port: 0 })
    return {
      url,
      gateway,
      embedder,
      async close() {
        await gateway.close()
        await closeOwnEmbedder()
      },
    }
  } catch (failure) {
    await closeOwnEmbedder()
    throw failure
  }
}
