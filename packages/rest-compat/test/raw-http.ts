import { connect } from 'node:net'

export interface RawAnswer {
  readonly status: number
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Sends bytes as they are and reads what comes until the server closes. For requests that `fetch` is too
 * polite to send.
 * @param hangUp ends our side after sending, as a client does that dies half way
 */
export function exchange(
  url: string,
  request: string | Buffer,
  hangUp = false,
): Promise<RawAnswer | undefined> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => {
      socket.write(request)
      if (hangUp) socket.end()
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(parseAnswer(Buffer.concat(chunks).toString('latin1'))))
  })
}

/** A request of HTTP/1.1 with the length of its body, after which the server is asked to close. */
export function rawRequest(
  line: string,
  headers: Record<string, string>,
  body: string | Buffer = '',
): Buffer {
  const all = {
    Host: 'x',
    Connection: 'close',
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return Buffer.concat([Buffer.from(`${line}\r\n${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)])
}

function parseAnswer(text: string): RawAnswer | undefined {
  if (text === '') return undefined
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: text.slice(end + 4),
  }
}
