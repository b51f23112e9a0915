import { builtInModel } from '@pixvec/core'
import { InferenceSession, Tensor } from 'onnxruntime-node'

export interface BareSession {
  /** One run over `batchSize` ready tensors: nothing decoded, nothing queued. */
  run(): Promise<unknown>
  close(): Promise<void>
}

/** The floor of the cost: onnxruntime-node by itself, in this thread, with the embedder's session options. */
export async function createBareSession(batchSize: number, intraOpThreads: number): Promise<BareSession> {
  const { manifest, path } = builtInModel()
  const { name, height, width } = manifest.input
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: intraOpThreads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  const pixels = Uint8Array.from({ length: batchSize * height * width * 3 }, (_, i) => (i * 31) & 255)
  const feeds = { [name]: new Tensor('uint8', pixels, [batchSize, height, width, 3]) }
  return { run: () => session.run(feeds), close: () => session.release() }
}
