import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const pixvec = createRequire(import.meta.url).resolve('pixvec/bin/pixvec.js')
const key = 'soak-key'

export interface SoakServer {
  readonly pid: number
  /**
   * One image, in turn as JSON, as multipart and over GraphQL.
   * @throws Error when it is not answered with a vector
   */
  embed(image: Buffer): Promise<void>
  close(): Promise<void>
}

/** The real server as a process of its own, on a free port. */
export async function startSoakServer(): Promise<SoakServer> {
  const child = spawn(process.execPath, [pixvec, 'serve'], {
    env: { ...process.env, PIXVEC_PORT: '0', PIXVEC_API_KEYS: key, PIXVEC_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await addressOf(child.stdout)
  let sent = 0

  return {
    pid: child.pid!,
    async embed(image) {
      const { path, ...init } = wires[sent++ % wires.length]!(image)
      const answer = await fetch(url + path, { method: 'POST', ...init })
      const text = await answer.text()
      if (!answer.ok || !text.includes('"embedding":[')) {
        throw new Error(`The server answered ${answer.status}: ${text.slice(0, 200)}`)
      }
    },
    async close() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

async function addressOf(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const url = line.match(/Address {2}(\S+)/)?.[1]
    if (url) return url
  }
  throw new Error('The server ended before it listened.')
}

interface Request extends RequestInit {
  readonly path: string
}

const query = 'query ($img: String!) { embedImage(img: $img) { embedding } }'
const headers = { 'content-type': 'application/json', 'x-api-key': key }

const wires: readonly ((image: Buffer) => Request)[] = [
  (image) => ({
    path: '/imgembed',
    headers,
    body: JSON.stringify({ img: image.toString('base64') }),
  }),
  (image) => {
    const body = new FormData()
    body.append('file', new Blob([Uint8Array.from(image)]))
    return { path: '/imgembed', headers: { 'x-api-key': key }, body }
  },
  (image) => ({
    path: '/graphql',
    headers,
    body: JSON.stringify({ query, variables: { img: image.toString('base64') } }),
  }),
]
