import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

const pixvec = createRequire(import.meta.url).resolve('pixvec/bin/pixvec.js')
const key = 'bench-key'

export interface ServerProcess {
  /** One image over HTTP as a legacy client sends it: JSON with base64. */
  embed(): Promise<void>
  close(): Promise<void>
}

/** Starts the real server as a process of its own and waits until it is ready. */
export async function startServer(jpeg: Buffer): Promise<ServerProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, [pixvec, 'serve'], {
    env: { ...process.env, PIXVEC_PORT: String(port), PIXVEC_API_KEYS: key, PIXVEC_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const body = JSON.stringify({ img: jpeg.toString('base64'), key })
  await ready(child, port)

  return {
    embed: () => post(agent, port, body),
    async close() {
      agent.destroy()
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Resolves when the server answers that it is ready. */
export async function ready(child: ChildProcess, port: number): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`The server ended with exit code ${child.exitCode}.`)
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined)
    if (answer?.status === 200) return
    await wait(100)
  }
  child.kill('SIGTERM')
  throw new Error('The server was not ready within 30 seconds.')
}

function post(agent: Agent, port: number, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path: '/imgembed',
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        answer.resume()
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve()
          else reject(new Error(`The server answered ${answer.statusCode}.`))
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
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
