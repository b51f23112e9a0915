import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Bytes of a refused body that are read and thrown away before the connection is cut. */
const drainLimitBytes = 64_000_000
/** How long that may take. */
const drainLimitMs = 5_000
/** A rest of a body that has soon come: the connection is kept, and the next request needs no new one. */
const keptBytes = 1_000_000

/** True when the sender has announced a body that has not wholly come. */
export function isStillSending(reply: FastifyReply): boolean {
  const { raw } = reply.request
  const announced =
    raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length']) > 0
  return announced && !raw.complete && !raw.destroyed && !reply.request.awaitsContinue
}

/**
 * An answer that goes out at once and ends only when the sender has sent the rest of its body, which is
 * thrown away. Closing earlier makes the kernel reset the connection, and many clients then lose the
 * answer: they read it only after they have written everything.
 */
export function answerThenDrain(reply: FastifyReply, answer: Buffer): Readable {
  const { raw } = reply.request
  const isShort = Number(raw.headers['content-length'] ?? Number.NaN) <= keptBytes
  if (!isShort) reply.header('connection', 'close')
  reply.header('content-length', answer.length)
  return Readable.from(
    (async function* () {
      yield answer
      await drain(raw)
    })(),
    { objectMode: false },
  )
}

function drain(body: Readable & { complete: boolean }): Promise<void> {
  return new Promise((resolve) => {
    let drained = 0
    const count = (chunk: Buffer) => {
      drained += chunk.length
      if (drained > drainLimitBytes) done()
    }
    const done = () => {
      clearTimeout(timer)
      body.off('data', count).off('end', done).off('close', done).off('error', done)
      resolve()
    }
    const timer = setTimeout(done, drainLimitMs)
    if (body.complete && body.readableEnded) return done()
    body.on('data', count).on('end', done).on('close', done).on('error', done)
    body.resume()
  })
}
