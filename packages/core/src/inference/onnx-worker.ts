import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { RunRequest, WorkerMessage, WorkerStart } from './messages.js'
import { poolTokens } from './pool-tokens.js'

// The only thread that holds a session. `session.run` blocks inside, so it has a thread to block.
const start = workerData as WorkerStart
const port = parentPort!
const say = (message: WorkerMessage, move: ArrayBuffer[] = []) => port.postMessage(message, move)

for (const file of start.files) await checkHash(file.path, file.sha256)
const session = await InferenceSession.create(start.path, {
  intraOpNumThreads: start.intraOpThreads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  // Spinning threads take CPU from the decoders and gain nothing: 2.4 → 1.7 cores at equal speed.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
})
checkNames()
const inputLength = start.inputShape.reduce((product, length) => product * length, 1)
await run(1, start.inputType === 'uint8' ? new Uint8Array(inputLength) : new Float32Array(inputLength))

port.on('message', (request: RunRequest) => {
  run(request.count, request.input).then(
    (output) => say({ kind: 'output', id: request.id, output }, [output.buffer as ArrayBuffer]),
    (cause: Error) => say({ kind: 'failed', id: request.id, message: cause.message }),
  )
})
say({ kind: 'ready' })

async function run(count: number, input: Uint8Array | Float32Array): Promise<Float32Array> {
  const shape = [count, ...start.inputShape]
  const tensor =
    input instanceof Float32Array ? new Tensor('float32', input, shape) : new Tensor('uint8', input, shape)
  // Only the output that is wanted: a classifier's head beside it is not computed.
  const results = await session.run({ [start.inputName]: tensor }, [start.outputName])
  const output = results[start.outputName]!
  const tokens = start.pool ? output.dims[1]! : 1
  const isPooled = start.pool === undefined || output.dims.length === 3
  if (output.type !== 'float32' || output.size !== count * tokens * start.outputLength || !isPooled) {
    const expected = [count, ...(start.pool ? ['tokens'] : []), start.outputLength].join(', ')
    throw new Error(
      `The model answered ${output.type}[${output.dims.join(', ')}]; its manifest says float32[${expected}].`,
    )
  }
  const data = output.data as Float32Array
  return start.pool ? poolTokens(data, count, start.outputLength, start.pool) : Float32Array.from(data)
}

async function checkHash(path: string, sha256: string): Promise<void> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  const found = hash.digest('hex')
  if (found !== sha256) {
    throw new Error(
      `The model file ${path} is damaged or another: its SHA-256 is ${found}, its manifest says ${sha256}.`,
    )
  }
}

function checkNames(): void {
  if (!session.inputNames.includes(start.inputName)) {
    throw new Error(`The model has no input ${start.inputName}; it has ${session.inputNames.join(', ')}.`)
  }
  if (!session.outputNames.includes(start.outputName)) {
    throw new Error(`The model has no output ${start.outputName}; it has ${session.outputNames.join(', ')}.`)
  }
}
