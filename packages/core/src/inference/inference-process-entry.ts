import { Socket } from 'node:net'
import { readFrames, writeFrame } from '../image/frames.js'
import type { InputTensor } from './backend.js'
import { ExecutionProviderError } from './execution-providers.js'
import type { InferenceAnswer, RunRequest, SessionStart } from './messages.js'
import { createOnnxSession, type OnnxSession } from './onnx-session.js'

// The program of an inference process: batches come in on descriptor 3, vectors go out on it. A run
// blocks its thread; a crash of native code, or a graph that asks for too much memory, ends this process
// and nothing else.
const start = JSON.parse(process.argv[2]!) as SessionStart
const channel = new Socket({ fd: 3, readable: true, writable: true })

// Ctrl-C reaches every process of the terminal; the server says when this one ends.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('SIGHUP', () => {})
channel.on('close', () => process.exit(0))
channel.on('error', () => process.exit(0))

try {
  const session = await createOnnxSession(start)
  readFrames<RunRequest>(channel, ({ header, body }) => void answer(session, header.count, body))
  say({ kind: 'ready' })
} catch (thrown) {
  const { message } = thrown as Error
  if (thrown instanceof ExecutionProviderError) {
    const { provider, present, reason } = thrown
    say({ kind: 'failed', message, failure: { provider, present, ...(reason && { reason }) } })
  } else say({ kind: 'failed', message })
  channel.end()
}

async function answer(session: OnnxSession, count: number, body: Uint8Array): Promise<void> {
  try {
    const output = await session.run(count, toInput(body))
    say({ kind: 'output' }, new Uint8Array(output.buffer, output.byteOffset, output.byteLength))
  } catch (thrown) {
    say({ kind: 'failed', message: (thrown as Error).message })
  }
}

function toInput(body: Uint8Array): InputTensor {
  return start.inputType === 'uint8'
    ? body
    : new Float32Array(body.buffer, body.byteOffset, body.byteLength / 4)
}

function say(message: InferenceAnswer, body?: Uint8Array): void {
  writeFrame(channel, message, body)
}
