import { loadModel, type ModelBundle } from '@pixvec/core'
import { InferenceSession } from 'onnxruntime-node'
import { modelInput } from './model-input.js'

export interface BareSession {
  /** One run over `count` ready tensors: nothing decoded, nothing queued. Its first vector comes out. */
  run(count: number): Promise<Float32Array>
}

/**
 * onnxruntime-node by itself, in this thread, on ready tensors.
 * @param pixels  height × width × 3 of the model's input; without it some that are no picture
 */
export async function createBareSession(
  manifest: string,
  intraOpThreads: number,
  pixels?: Uint8Array,
): Promise<BareSession> {
  const bundle: ModelBundle = loadModel(manifest)
  const { input, output } = bundle.manifest
  const session = await InferenceSession.create(bundle.path, {
    intraOpNumThreads: intraOpThreads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  const picture =
    pixels ?? Uint8Array.from({ length: input.height * input.width * 3 }, (_, i) => (i * 31) & 255)
  const ready = new Map<number, ReturnType<typeof modelInput>>()

  return {
    async run(count) {
      const tensor = ready.get(count) ?? modelInput(picture, bundle.manifest, count)
      ready.set(count, tensor)
      const outputs = await session.run({ [input.name]: tensor }, [output.name])
      return (outputs[output.name]!.data as Float32Array).subarray(0, output.length)
    },
  }
}
