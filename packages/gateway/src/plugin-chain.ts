import { type Embed, InternalError } from '@pixvec/core'
import type { GatewayHost, GatewayPlugin } from './plugin.js'

/** The plugins of one gateway, checked and in order. */
export interface PluginChain {
  /** Runs every setup, one after the other. When one fails, those before it are closed again. */
  setup(host: GatewayHost): Promise<void>
  /** Every wrap around `innermost`; the first plugin's stands outermost. */
  compose(innermost: Embed): Embed
  /** Closes in reverse order; all of them, even when one fails. */
  close(): Promise<void>
}

/** @throws Error for a duplicate name or a requirement that does not stand earlier in the list */
export function createPluginChain(plugins: readonly GatewayPlugin[]): PluginChain {
  checkOrder(plugins)
  const open: GatewayPlugin[] = []

  async function close(): Promise<void> {
    const failures: unknown[] = []
    for (let plugin = open.pop(); plugin; plugin = open.pop()) {
      try {
        await plugin.close?.()
      } catch (cause) {
        failures.push(new Error(`Plugin "${plugin.name}" failed to close.`, { cause }))
      }
    }
    if (failures.length === 1) throw failures[0]
    if (failures.length > 1) throw new AggregateError(failures, `${failures.length} plugins failed to close.`)
  }

  return {
    async setup(host) {
      for (const plugin of plugins) {
        try {
          await plugin.setup?.(host)
        } catch (cause) {
          // The failure of the setup is what matters; a failing close must not hide it.
          await close().catch(() => {})
          const reason = cause instanceof Error ? cause.message : String(cause)
          throw new Error(`Plugin "${plugin.name}" failed to set up: ${reason}`, { cause })
        }
        open.push(plugin)
      }
    },
    compose: (innermost) =>
      plugins.reduceRight<Embed>((next, plugin) => plugin.wrapEmbed?.(next) ?? next, innermost),
    close,
  }
}

/** Stands in for the composed Embed while plugins are set up. */
export const embedBeforeReady: Embed = async () => {
  throw new InternalError('host.embed was called during setup; call it when a request comes.')
}

function checkOrder(plugins: readonly GatewayPlugin[]): void {
  const earlier = new Set<string>()
  for (const { name, requires = [] } of plugins) {
    if (earlier.has(name)) {
      throw new Error(`Two plugins are named "${name}". Names are unique: rename one, or list it once.`)
    }
    for (const required of requires) {
      if (earlier.has(required)) continue
      const advice = plugins.some((plugin) => plugin.name === required)
        ? `"${required}" stands later in the list: move it before "${name}".`
        : `"${required}" is not in the list: add it before "${name}".`
      throw new Error(`Plugin "${name}" requires "${required}". ${advice}`)
    }
    earlier.add(name)
  }
}
