import type { Readable, Writable } from 'node:stream'

/** A message between the server and an image process: a few facts as JSON, and bytes. */
export interface Frame<Header> {
  readonly header: Header
  readonly body: Uint8Array
}

const prefixBytes = 8

/**
 * Writes one frame: two lengths of 32 bits, the header, the body. The body is handed to the kernel
 * as it is; a structured clone would copy it on the JavaScript thread. The header is filled up to a
 * multiple of four bytes: a body of float32 can then be read where it lies.
 */
export function writeFrame(stream: Writable, header: object, body: Uint8Array = new Uint8Array()): void {
  const text = JSON.stringify(header)
  const json = Buffer.from(text + ' '.repeat(-Buffer.byteLength(text) & 3))
  const prefix = Buffer.allocUnsafe(prefixBytes)
  prefix.writeUInt32LE(json.length, 0)
  prefix.writeUInt32LE(body.length, 4)
  stream.cork()
  stream.write(prefix)
  stream.write(json)
  if (body.length > 0) stream.write(body)
  stream.uncork()
}

/**
 * Calls back with each frame as its last byte arrives. The body is the receiver's to keep; it lies at a
 * multiple of four bytes.
 */
export function readFrames<Header>(stream: Readable, onFrame: (frame: Frame<Header>) => void): void {
  let filling = Buffer.allocUnsafe(prefixBytes)
  let filled = 0
  let headerLength: number | undefined

  stream.on('data', (chunk: Buffer) => {
    let from = 0
    while (from < chunk.length) {
      const count = Math.min(chunk.length - from, filling.length - filled)
      chunk.copy(filling, filled, from, from + count)
      from += count
      filled += count
      if (filled === filling.length) whole()
    }
  })

  function whole(): void {
    filled = 0
    if (headerLength === undefined) {
      headerLength = filling.readUInt32LE(0)
      filling = Buffer.allocUnsafe(headerLength + filling.readUInt32LE(4))
      return
    }
    const header = JSON.parse(filling.toString('utf8', 0, headerLength)) as Header
    const body = filling.subarray(headerLength)
    headerLength = undefined
    filling = Buffer.allocUnsafe(prefixBytes)
    onFrame({ header, body })
  }
}
