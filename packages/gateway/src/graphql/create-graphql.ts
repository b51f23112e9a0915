import type { LifeCycle } from '../life-cycle.js'
import type { GatewayLimits } from '../limits.js'
import type { GatewayHost, GatewayPlugin } from '../plugin.js'

export interface GraphqlOptions {
  readonly host: GatewayHost
  readonly plugins: readonly GatewayPlugin[]
  readonly production: boolean
  readonly limits: GatewayLimits
  readonly lifeCycle: LifeCycle
}

export async function createGraphql({
  lifeCycle,
  limits,
}: GraphqlOptions): Promise<{ stop(): Promise<void> }> {
  return {
    async stop() {
      await lifeCycle.settled(limits.drainTimeoutMs)
    },
  }
}
