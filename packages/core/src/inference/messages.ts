/** What the main thread and the ONNX worker say to each other. */
export interface WorkerStart {
  readonly path: string
  /** The model and its external data: absolute paths, and what each must hash to. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[]
  readonly inputName: string
  readonly inputType: 'uint8' | 'float32'
  readonly outputName: string
  /** Shape of one image, without the batch. */
  readonly inputShape: readonly number[]
  readonly outputLength: number
  readonly pool: 'first-token' | 'mean-tokens' | undefined
  readonly intraOpThreads: number
}

export interface RunRequest {
  readonly id: number
  readonly count: number
  /** `count` images, one after the other; moved, not copied. */
  readonly input: Uint8Array | Float32Array
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'output'; readonly id: number; readonly output: Float32Array }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
