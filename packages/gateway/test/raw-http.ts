import { connect, type Socket } from 'node:net'

/** A connection on which a test writes what no HTTP client would. */
export interface RawConnection {
  readonly socket: Socket
  write(text: string | Buffer): void
  /** Everything received so far. */
  received(): string
  /** Resolves with everything received once the server has closed. */
  closed: Promise<string>
  /** Resolves when what was received contains `text`. */
  until(text: string): Promise<string>
}

export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let text = ''
  const listeners = new Set<() => void>()
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
    for (const listener of listeners) listener()
  })
  // A reset after the answer is a close like another.
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)))
  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    received: () => text,
    closed,
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const stop = () => {
          listeners.delete(look)
          socket.off('close', fail)
        }
        const look = () => {
          if (!text.includes(wanted)) return
          stop()
          resolve(text)
        }
        const fail = () => {
          stop()
          reject(new Error(`Closed without ${JSON.stringify(wanted)}: ${text}`))
        }
        listeners.add(look)
        socket.once('close', fail)
        look()
      }),
  }
}

/** The body of the only (or last) answer in a raw text. */
export function bodyOf(raw: string): unknown {
  return JSON.parse(raw.slice(raw.lastIndexOf('\r\n\r\n') + 4))
}
