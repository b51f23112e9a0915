import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { pixvecBin } from './repository.js'

export interface ExampleServer {
  /** For instance `http://127.0.0.1:40123`. */
  readonly url: string
  stop(): Promise<void>
}

/** The key that the examples call `$KEY`. */
export const exampleKey = 'example-key-of-the-documentation'
/** Keys that examples write out. */
const writtenKeys = ['key-one', 'my-key']

/**
 * The real `pixvec serve` with the built-in model, on a free port.
 * @param home  folder for whatever the server keeps
 */
export async function startExampleServer(home: string): Promise<ExampleServer> {
  const server = spawn(process.execPath, [pixvecBin, 'serve'], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      PIXVEC_PORT: '0',
      PIXVEC_API_KEYS: [exampleKey, ...writtenKeys].join(','),
      PIXVEC_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = await addressIn(server)
  return {
    url,
    async stop() {
      const exit = once(server, 'exit')
      server.kill('SIGTERM')
      await exit
    },
  }
}

/** Resolves with the first address that the server prints. */
function addressIn(server: ChildProcess): Promise<string> {
  let output = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk
      const url = /Address\s+(http:\/\/\S+)/.exec(output)?.[1]
      if (url) resolve(url)
    }
    server.stdout!.on('data', read)
    server.stderr!.on('data', read)
    server.on('exit', (code) => reject(new Error(`pixvec serve ended with ${code}:\n${output}`)))
  })
}
