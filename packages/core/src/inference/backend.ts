import type { ModelBundle } from '../models/manifest.js'
import type { SessionSettings } from './session-settings.js'

/** Model input of one image: `inputLength` numbers in the layout that the manifest states. */
export type InputTensor = Uint8Array | Float32Array

/** Runs batches on a model. One implementation a runtime; all pass the contract test in `testing/`. */
export interface Backend {
  /** Runs that may be under way at the same time. @default 1 */
  readonly parallelRuns?: number
  /** Cores that one run keeps busy. @default 1 */
  readonly coresPerRun?: number
  /**
   * @param tensors  1 to any number of images, each `inputLength` long; theirs no more when the run has ended
   * @returns one float32[outputLength] an image, in the order of the input
   */
  run(tensors: readonly InputTensor[]): Promise<Float32Array[]>
  /** Waits for the runs in progress, then frees the model. */
  close(): Promise<void>
}

/** The model, and how it is run: what is not set follows the rules of `resolveSessionSettings`. */
export interface BackendOptions extends Partial<SessionSettings> {
  readonly model: ModelBundle
  /** Size of the files of all models that are loaded, in bytes: they share the memory. @default of this one */
  readonly loadedBytes?: number
}

/** Resolves once the model is loaded and can run. */
export type BackendFactory = (options: BackendOptions) => Promise<Backend>
