import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type ErrorCode, InternalError } from '../errors.js'
import type { SpellingName } from './long-text.js'

/** A text of base64 to decode: a part of some memory, which moves to the thread. */
export interface TextJob {
  readonly memory: ArrayBuffer
  readonly start: number
  readonly end: number
  readonly spelling: SpellingName
  readonly maxImageBytes: number
}

export type TextOutcome =
  | { readonly kind: 'decoded'; readonly image: Uint8Array }
  | {
      readonly kind: 'failed'
      readonly code: ErrorCode
      readonly message: string
      readonly details: Readonly<Record<string, unknown>>
    }

/** What became of a job, and its memory again. */
export interface TextAnswer {
  readonly memory: ArrayBuffer
  readonly outcome: TextOutcome
}

interface Waiting {
  resolve(answer: TextAnswer): void
  reject(reason: Error): void
}

interface TextThread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

/** Decodes one text, beside others. @throws InternalError when the thread ends meanwhile: the memory is lost */
export type DecodeInThread = (job: TextJob) => Promise<TextAnswer>

// The built program, from the source tree as well: a thread runs JavaScript only.
const entry = fileURLToPath(new URL('../../dist/image/text-thread-entry.js', import.meta.url))

const startWorker = () => new Worker(entry, { name: 'pixvec-text', env: {}, execArgv: [] })

/**
 * A thread that decodes. It starts with the first text, starts again when it has ended, and keeps no process alive.
 * Ten megabytes of base64 take 20 ms or more, and leave garbage whose collection stops the event loop for longer.
 */
export function createTextThread(start: () => Worker = startWorker): DecodeInThread {
  let running: TextThread | undefined
  let lastId = 0

  return (job) => {
    running ??= watch(start())
    const { worker, waiting } = running
    const id = ++lastId
    return new Promise<TextAnswer>((resolve, reject) => {
      worker.postMessage({ id, ...job }, [job.memory])
      waiting.set(id, { resolve, reject })
      worker.ref()
    })
  }

  function watch(worker: Worker): TextThread {
    const thread: TextThread = { worker, waiting: new Map() }
    const { waiting } = thread
    let cause: unknown
    worker.unref()
    worker.on('message', ({ id, ...answer }: TextAnswer & { id: number }) => {
      waiting.get(id)?.resolve(answer)
      waiting.delete(id)
      if (waiting.size === 0) worker.unref()
    })
    worker.once('error', (error) => {
      cause = error
    })
    worker.once('exit', () => {
      if (running === thread) running = undefined
      for (const { reject } of waiting.values()) {
        reject(new InternalError('The thread that decodes texts has ended.', cause))
      }
      waiting.clear()
    })
    return thread
  }
}
