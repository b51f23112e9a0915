import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * One answer of the script. `hang` receives the request and says nothing, `reset` cuts the connection; an
 * answer that states a `content-length` is cut after its body, as if more were to come.
 */
export type Scripted =
  | 'hang'
  | 'reset'
  | { status: number; headers?: Record<string, string>; body?: string | object }

export interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface ScriptedServer {
  readonly url: string
  readonly received: Received[]
  /** Resolves when so many requests have come. */
  requests(count: number): Promise<void>
  close(): Promise<void>
}

/** A real HTTP server that answers its script in order and repeats the last line for ever. */
export async function scriptedServer(...script: Scripted[]): Promise<ScriptedServer> {
  const received: Received[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('latin1'),
    })
    answer(script[Math.min(received.length, script.length) - 1] ?? 'reset', request, response)
    for (const { count, resolve } of waiting) if (received.length >= count) resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    requests: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(line: Scripted, request: IncomingMessage, response: ServerResponse): void {
  if (line === 'hang') return
  if (line === 'reset') {
    request.socket.destroy()
    return
  }
  const body = typeof line.body === 'object' ? JSON.stringify(line.body) : line.body
  response.writeHead(line.status, { 'content-type': 'application/json', ...line.headers })
  if (line.headers?.['content-length']) response.write(body ?? '', () => request.socket.destroy())
  else response.end(body)
}

/** What `POST /imgembed` answers for an image. */
export const restEmbedding = {
  status: 200,
  id: '6783E34342',
  embedding: [0.6, 0.8],
  object: 'embedding',
  created: 1_790_000_000,
  model: 'pixvec-7',
  total_input_tokens: 49,
  total_output_tokens: 1,
}
