import { parentPort } from 'node:worker_threads'
import { PixvecError, publicError } from '../errors.js'
import { decodeInPieces } from './decode-in-pieces.js'
import { LentMemory } from './lent-memory.js'
import { LongText } from './long-text.js'
import type { TextJob, TextOutcome } from './text-thread.js'

// The program of the thread that decodes. Texts take turns with one another, piece by piece: a short one does
// not wait for all the long ones.
parentPort?.on('message', async ({ id, memory, ...job }: TextJob & { id: number }) => {
  const outcome = await decode({ memory, ...job })
  const moved = outcome.kind === 'decoded' ? [memory, outcome.image.buffer as ArrayBuffer] : [memory]
  parentPort?.postMessage({ id, memory, outcome }, moved)
})

async function decode({ memory, start, end, spelling, maxImageBytes }: TextJob): Promise<TextOutcome> {
  try {
    const text = new LongText({ memory: new LentMemory(memory), start, end }, spelling)
    return { kind: 'decoded', image: await decodeInPieces(text, maxImageBytes) }
  } catch (thrown) {
    const { code, message, details } = PixvecError.isInstance(thrown) ? thrown : publicError(thrown)
    return { kind: 'failed', code, message, details }
  }
}
