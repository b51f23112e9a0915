import type { ChildProcess, ForkOptions } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startChild } from './children.js'

/** The key of every server that is measured. */
export const benchKey = 'bench-key'

export interface ServerProcess {
  readonly child: ChildProcess
  readonly port: number
}

export interface ServerOptions {
  /** A `pixvec.json`. @default the built-in model, by the real `pixvec serve` */
  readonly manifest?: string | undefined
  /** More variables of the server. */
  readonly env?: Readonly<Record<string, string>>
  readonly execArgv?: readonly string[]
}

const command = createRequire(import.meta.url).resolve('pixvec/bin/pixvec.js')

/** What the command's first line says to Node: a server is measured as it is started. */
function commandFlags(): string[] {
  return /^#!.* node (.*)$/m.exec(readFileSync(command, 'utf8'))?.[1]?.split(' ') ?? []
}

/** Starts the server as a process of its own. It may not listen yet. */
export async function startServer({ manifest, env, execArgv }: ServerOptions = {}): Promise<ServerProcess> {
  const port = await freePort()
  const options: ForkOptions = {
    env: {
      ...process.env,
      PIXVEC_PORT: String(port),
      PIXVEC_API_KEYS: benchKey,
      PIXVEC_LOG_LEVEL: 'error',
      ...env,
    },
    execArgv: [...commandFlags(), ...(execArgv ?? [])],
  }
  const child = manifest
    ? startChild(fileURLToPath(new URL('./model-server.js', import.meta.url)), [manifest], options)
    : startChild(command, ['serve'], options)
  return { child, port }
}

/**
 * Resolves when the server answers that it is ready.
 * @throws Error when it ends before, or is not ready within 60 seconds
 */
export async function ready({ child, port }: ServerProcess, everyMs = 50): Promise<void> {
  const begin = performance.now()
  while (performance.now() - begin < 60_000) {
    if (child.exitCode !== null) throw new Error(`The server ended with exit code ${child.exitCode}.`)
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.status === 200) return
    await wait(everyMs)
  }
  throw new Error('The server was not ready within 60 seconds.')
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
