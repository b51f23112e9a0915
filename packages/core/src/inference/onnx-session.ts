import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node'
import type { InputTensor } from './backend.js'
import { type ExecutionProvider, ExecutionProviderError } from './execution-providers.js'
import type { SessionStart } from './messages.js'
import { poolTokens } from './pool-tokens.js'

export interface OnnxSession {
  /**
   * Blocks the thread while it runs.
   * @param input  `count` images, one after the other
   * @returns float32[count · outputLength]
   */
  run(count: number, input: InputTensor): Promise<Float32Array>
}

/**
 * Checks the model's files, loads it, and runs it once on an empty picture.
 * @throws Error when a file is damaged, or the graph is not what the manifest says
 * @throws ExecutionProviderError
 */
export async function createOnnxSession(start: SessionStart): Promise<OnnxSession> {
  for (const file of start.files) await checkHash(file.path, file.sha256)
  const session = await openSession(start)
  checkNames(session, start)
  const inputLength = start.inputShape.reduce((product, length) => product * length, 1)
  await run(1, start.inputType === 'uint8' ? new Uint8Array(inputLength) : new Float32Array(inputLength))

  async function run(count: number, input: InputTensor): Promise<Float32Array> {
    const shape = [count, ...start.inputShape]
    const tensor =
      input instanceof Float32Array ? new Tensor('float32', input, shape) : new Tensor('uint8', input, shape)
    // Only the output that is wanted: a classifier's head beside it is not computed.
    const results = await session.run({ [start.inputName]: tensor }, [start.outputName])
    return vectorsOf(results[start.outputName]!, count, start)
  }

  return { run }
}

async function openSession(start: SessionStart): Promise<InferenceSession> {
  const present = listSupportedBackends().map(({ name }) => name)
  for (const provider of start.executionProviders) {
    if (!present.includes(provider)) throw new ExecutionProviderError({ provider, present })
  }
  try {
    return await open(start, start.executionProviders)
  } catch (thrown) {
    for (const provider of start.executionProviders) {
      const reason = provider === 'cpu' ? undefined : await failureOf(start, provider)
      if (reason) throw new ExecutionProviderError({ provider, present, reason })
    }
    throw thrown
  }
}

/** What the runtime says when it is asked for this provider alone; undefined when it can run. */
async function failureOf(start: SessionStart, provider: ExecutionProvider): Promise<string | undefined> {
  try {
    await (await open(start, [provider])).release()
    return undefined
  } catch (thrown) {
    return (thrown as Error).message
  }
}

function open(start: SessionStart, executionProviders: readonly string[]): Promise<InferenceSession> {
  return InferenceSession.create(start.path, {
    executionProviders,
    intraOpNumThreads: start.intraOpThreads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: start.graphOptimization,
    enableCpuMemArena: start.memoryArena,
    extra: { session: { intra_op: { allow_spinning: start.spinning ? '1' : '0' } } },
  })
}

function vectorsOf(output: Tensor, count: number, { pool, outputLength }: SessionStart): Float32Array {
  const tokens = pool ? output.dims[1]! : 1
  const isPooled = pool === undefined || output.dims.length === 3
  if (output.type !== 'float32' || output.size !== count * tokens * outputLength || !isPooled) {
    const expected = [count, ...(pool ? ['tokens'] : []), outputLength].join(', ')
    throw new Error(
      `The model answered ${output.type}[${output.dims.join(', ')}]; its manifest says float32[${expected}].`,
    )
  }
  const data = output.data as Float32Array
  return pool ? poolTokens(data, count, outputLength, pool) : Float32Array.from(data)
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

function checkNames(session: InferenceSession, start: SessionStart): void {
  const { inputNames, outputNames } = session
  if (!inputNames.includes(start.inputName)) {
    throw new Error(`The model has no input ${start.inputName}; it has ${inputNames.join(', ')}.`)
  }
  if (!outputNames.includes(start.outputName)) {
    throw new Error(`The model has no output ${start.outputName}; it has ${outputNames.join(', ')}.`)
  }
  const input = session.inputMetadata[inputNames.indexOf(start.inputName)]
  const images = input?.isTensor ? input.shape[0] : undefined
  if (typeof images === 'number' && images > 0 && images !== start.maxImages) {
    throw new Error(
      `The model takes exactly ${images} images a run, and its manifest does not say so: "maxImages": 1 as its input is what is supported.`,
    )
  }
}
