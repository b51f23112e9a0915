import { Agent, request } from 'node:http'
import { benchKey } from './server-process.js'

/** How an image travels: its bytes as multipart, as our client sends them, or base64 in JSON, the legacy way. */
export type Wire = 'upload' | 'base64'

export interface HttpAnswer {
  readonly status: number
  /** Milliseconds from the first byte sent to the last one received. */
  readonly ms: number
  readonly text: string
}

export interface HttpCaller {
  /** Sends the image once. Resolves with any status; rejects when the connection fails. */
  send(): Promise<HttpAnswer>
  /**
   * Sends the image once.
   * @throws Error when it is not answered with 200
   */
  embed(): Promise<readonly number[]>
  /** `embed` without reading the numbers of the answer: what is measured is the server. */
  call(): Promise<void>
  close(): void
}

/** Sends one image again and again, on connections that are kept; its body is built once. */
export function createHttpCaller(port: number, image: Buffer, wire: Wire): HttpCaller {
  const agent = new Agent({ keepAlive: true })
  const { contentType, body } = bodies[wire](image)
  const options = {
    agent,
    host: '127.0.0.1',
    port,
    path: '/imgembed',
    method: 'POST',
    headers: { 'content-type': contentType, 'content-length': body.length, 'x-api-key': benchKey },
  }

  const send = () =>
    new Promise<HttpAnswer>((resolve, reject) => {
      const begin = performance.now()
      const outgoing = request(options, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode!,
            ms: performance.now() - begin,
            text: Buffer.concat(chunks).toString('latin1'),
          }),
        )
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  const call = async () => {
    const { status, text } = await send()
    if (status !== 200) throw new Error(`The server answered ${status}: ${text.slice(0, 200)}`)
    return text
  }

  return {
    send,
    call: async () => void (await call()),
    embed: async () => (JSON.parse(await call()) as { embedding: number[] }).embedding,
    close: () => agent.destroy(),
  }
}

const boundary = 'pixvec-bench-boundary'

const bodies: Record<Wire, (image: Buffer) => { contentType: string; body: Buffer }> = {
  upload: (image) => ({
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="image"\r\n` +
          'Content-Type: application/octet-stream\r\n\r\n',
      ),
      image,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  }),
  base64: (image) => ({
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify({ img: image.toString('base64') })),
  }),
}
