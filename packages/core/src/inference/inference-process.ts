import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { givesMemoryBack, smallYoungHeap } from '../child-memory.js'
import { giveWay } from '../child-priority.js'
import { InternalError } from '../errors.js'
import { type Frame, readFrames, writeFrame } from '../image/frames.js'
import { freeMemory } from '../image/free-memory.js'
import type { InputTensor } from './backend.js'
import { ExecutionProviderError } from './execution-providers.js'
import type { InferenceAnswer, RunRequest, SessionStart } from './messages.js'

/** The process ended while it was needed, and not because we ended it. */
export class InferenceProcessDied extends Error {}

export interface InferenceProcess {
  readonly pid: number
  readonly isAlive: () => boolean
  /** Resolves when the process has gone, for whatever reason. */
  readonly gone: Promise<void>
  /**
   * Runs one batch. One at a time.
   * @throws InternalError when the run failed; InferenceProcessDied when the process was lost
   */
  run(tensors: readonly InputTensor[]): Promise<Float32Array[]>
  /** Ends the process and what it runs. Resolves when it has gone. */
  stop(): Promise<void>
}

// The built program, from the source tree as well: a process runs JavaScript only.
const entry = fileURLToPath(new URL('../../dist/inference/inference-process-entry.js', import.meta.url))

/**
 * Starts a process with a session of its own. Resolves when it can run batches.
 * @param signal  ends the process, in the middle of its start as well
 * @param program  what runs in it; tests give one that dies
 * @throws Error saying what is wrong with the model; ExecutionProviderError
 */
export async function startInferenceProcess(
  start: SessionStart,
  signal?: AbortSignal,
  program = entry,
): Promise<InferenceProcess> {
  const child = spawn(process.execPath, [...smallYoungHeap, program, JSON.stringify(start)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // What is set for the server's own memory goes before.
    env: { ...givesMemoryBack, ...environmentWithoutOurs() },
    killSignal: 'SIGKILL',
    ...(signal && { signal }),
  })
  giveWay(child)
  const channel = child.stdio[3] as Socket
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const complaint = lastWords(child)
  let ending: Error | undefined
  let settle:
    | { resolve: (frame: Frame<InferenceAnswer>) => void; reject: (reason: Error) => void }
    | undefined

  channel.on('error', () => {})
  readFrames<InferenceAnswer>(channel, (frame) => settle?.resolve(frame))
  child.on('error', (cause) => end(cause))
  child.once('exit', (code, signal) => {
    const how = signal ?? `code ${code}`
    end(new InferenceProcessDied(`The inference process ended with ${how}. ${complaint()}`.trim()))
  })
  const { header } = await nextFrame()
  if (header.kind === 'failed') {
    await gone
    throw header.failure ? new ExecutionProviderError(header.failure) : new Error(header.message)
  }

  function end(reason: Error): void {
    ending ??= reason
    settle?.reject(ending)
  }

  function nextFrame(): Promise<Frame<InferenceAnswer>> {
    return new Promise<Frame<InferenceAnswer>>((resolve, reject) => {
      if (ending) reject(ending)
      else settle = { resolve, reject }
    }).finally(() => {
      settle = undefined
    })
  }

  async function run(tensors: readonly InputTensor[]): Promise<Float32Array[]> {
    const answer = nextFrame()
    const joined = join(tensors)
    writeFrame(channel, { count: tensors.length } satisfies RunRequest, joined)
    const { header, body } = await answer
    if (tensors.length > 1) freeMemory(joined)
    if (header.kind === 'failed') throw new InternalError(header.message)
    return split(new Float32Array(body.buffer, body.byteOffset, body.byteLength / 4), tensors.length)
  }

  function stop(): Promise<void> {
    child.kill('SIGKILL')
    return gone
  }

  return { pid: child.pid!, isAlive: () => ending === undefined, gone, run, stop }
}

/** Drivers want to know of libraries and devices; the server's own settings hold its keys. */
function environmentWithoutOurs(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: handed on and not read
  const inherited = Object.entries(process.env)
  return Object.fromEntries(inherited.filter(([name]) => !name.startsWith('PIXVEC_')))
}

/** One block of bytes for the batch. */
function join(tensors: readonly InputTensor[]): Uint8Array {
  const bytes = tensors.map((tensor) => new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength))
  if (bytes.length === 1) return bytes[0]!
  const joined = Buffer.allocUnsafe(bytes.reduce((sum, each) => sum + each.length, 0))
  let at = 0
  for (const each of bytes) {
    joined.set(each, at)
    at += each.length
  }
  return joined
}

function split(output: Float32Array, count: number): Float32Array[] {
  const length = output.length / count
  return Array.from({ length: count }, (_, i) => output.subarray(i * length, (i + 1) * length))
}

/** The end of what the process wrote to its standard error. */
function lastWords(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-2000)
  })
  return () => text.trim()
}
