import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { bodyTooLarge, wrongLength } from '../edge/fastify-errors.js'
import { createReadingTurns } from './reading-turns.js'

const reading = createReadingTurns()

/** Copied in one turn of the event loop, where the length of a body was not announced. */
const sliceBytes = 1_048_576

/**
 * A body as one Buffer, each chunk copied to its place as it comes. Fastify's `parseAs: 'buffer'` copies all
 * of them when the last has come, and 13 MB at once hold up everybody for ten milliseconds.
 *
 * The memory for an announced length is asked for at once, and taken by the system as it is written to.
 * @throws PayloadTooLargeError, MalformedRequestError; the stream's error when it breaks
 */
export async function collectBody(request: FastifyRequest, stream: NodeJS.ReadableStream): Promise<Buffer> {
  const isChunked = request.headers['transfer-encoding'] !== undefined
  const announced = isChunked ? undefined : Number(request.headers['content-length'] ?? 0)
  const limit = request.routeOptions.bodyLimit
  const chunks: Buffer[] = []
  const body = Buffer.allocUnsafeSlow(announced ?? 0)
  let received = 0

  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error | null) => {
      stream.off('data', take).off('end', settle).off('error', settle)
      reading.leave(stream)
      if (error) reject(error)
      else resolve()
    }
    const take = (chunk: Buffer) => {
      const start = received
      received += chunk.length
      if (received > limit) return settle(bodyTooLarge(request))
      if (announced !== undefined && received > announced) return settle(wrongLength(request))
      if (announced === undefined) chunks.push(chunk)
      else chunk.copy(body, start)
      reading.take(stream, chunk.length)
    }
    stream.on('data', take).on('end', settle).on('error', settle)
    stream.resume()
  })
  if (announced === undefined) return join(chunks, received)
  if (received !== announced) throw wrongLength(request)
  return body
}

async function join(chunks: readonly Buffer[], length: number): Promise<Buffer> {
  const body = Buffer.allocUnsafeSlow(length)
  let filled = 0
  let turnAt = sliceBytes
  for (const chunk of chunks) {
    filled += chunk.copy(body, filled)
    if (filled < turnAt) continue
    turnAt = filled + sliceBytes
    await nextTurn()
  }
  return body
}
