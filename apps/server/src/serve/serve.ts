import { fileURLToPath } from 'node:url'
import { createEmbedder, type Embedder } from '@pixvec/core'
import type { Gateway } from '@pixvec/gateway'
import type { Logger } from 'pino'
import { CommandFailure, systemReason } from '../command-failure.js'
import type { Config } from '../config.js'
import { findModels } from '../models/find-models.js'
import { banner, type KeySource } from './banner.js'
import { keyFromFile } from './key-file.js'
import { createLog } from './log.js'
import { hangupReloads, watchForReload } from './reload.js'
import { type StopReason, watchForStop } from './stop.js'

const samplePath = fileURLToPath(new URL('../../samples/mountains-1.jpg', import.meta.url))

/**
 * Serves until a signal or a fault, then drains.
 * @returns the exit status: 0 after a signal, 1 after a fault of ours
 * @throws CommandFailure when it cannot start
 */
export async function serve(config: Config): Promise<number> {
  // A reader of the banner or of the logs that goes away must not take the server with it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const { keys, source } = await findKeys(config)
  const log = createLog({ level: config.logLevel, secrets: [...keys, ...config.blockedKeys] })
  const reloads = hangupReloads()
  const watch = watchForStop({ stopNow: (reason) => stopNow(reason, log), stopsOnHangup: !reloads })
  const models = await findModels(config.models, config.hub)
  // The web server is loaded while the processes of the embedder start.
  const [embedder, { compose }] = await Promise.all([
    createEmbedder({ ...config.embedder, models }),
    import('../compose.js'),
  ])
  const find = () => findModels(config.models, config.hub)
  const reload = reloads ? watchForReload({ embedder, find, log }) : undefined
  try {
    const gateway = await compose({ config, keys, embedder, log })
    const address = await listen(gateway, config)
    warnOfMismatch(config, log)
    if (reload) log.info({ pid: process.pid }, 'SIGHUP to this process reads the models again')
    process.stdout.write(
      banner({ address, keys: source, models: embedder.models, ui: config.ui, samplePath }),
    )
    const reason = await watch.reason
    return await drain(reason, gateway, embedder, log, config.gateway.drainTimeoutMs)
  } finally {
    reload?.release()
    await embedder.close()
    watch.release()
  }
}

async function findKeys(config: Config): Promise<{ keys: readonly string[]; source: KeySource }> {
  if (config.apiKeys.length > 0) {
    return { keys: config.apiKeys, source: { kind: 'variable', count: config.apiKeys.length } }
  }
  const key = await keyFromFile(config.keyFile)
  return { keys: [key], source: { kind: 'file', key, path: config.keyFile } }
}

async function listen(gateway: Gateway, { host, port }: Config): Promise<string> {
  try {
    return await gateway.listen({ host, port })
  } catch (thrown) {
    await gateway.close()
    throw new CommandFailure(
      `Cannot listen on ${host}:${port}: ${systemReason(thrown)}. Set PIXVEC_PORT or PIXVEC_HOST to another one.`,
    )
  }
}

function warnOfMismatch({ gateway, embedder }: Config, log: Logger): void {
  const needed = Math.ceil((embedder.limits.maxImageBytes * 4) / 3)
  if (gateway.bodyLimitBytes >= needed) return
  log.warn(
    { bodyLimitBytes: gateway.bodyLimitBytes, neededBytes: needed },
    'An image of PIXVEC_MAX_IMAGE_BYTES does not fit as base64 into PIXVEC_BODY_LIMIT_BYTES',
  )
}

async function drain(
  reason: StopReason,
  gateway: Gateway,
  embedder: Embedder,
  log: Logger,
  timeoutMs: number,
): Promise<number> {
  if (reason.kind === 'fault') log.fatal({ err: reason.error }, 'A fault that nobody caught: stopping')
  else log.info({ signal: reason.signal, admitted: embedder.stats().admitted }, 'draining')
  await gateway.close()
  log.info({}, 'stopped')
  const code = reason.kind === 'fault' ? 1 : 0
  // What is still decoded for nobody may not hold the process up. An idle process has ended before.
  setTimeout(() => process.exit(code), Math.max(timeoutMs, 1000)).unref()
  return code
}

function stopNow(reason: StopReason, log: Logger): never {
  if (reason.kind === 'fault') log.fatal({ err: reason.error }, 'A fault while stopping: ending at once')
  else log.warn({ signal: reason.signal }, 'asked again to stop: ending at once')
  process.exit(reason.kind === 'fault' ? 1 : 130)
}
