import type { ProviderFailure } from './execution-providers.js'
import type { SessionSettings } from './session-settings.js'

/** What an inference process is told at its start. */
export interface SessionStart extends Omit<SessionSettings, 'sessions'> {
  readonly path: string
  /** The model and its external data: absolute paths, and what each must hash to. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[]
  readonly inputName: string
  readonly inputType: 'uint8' | 'float32'
  readonly outputName: string
  /** Most images of one run; undefined: any number. */
  readonly maxImages: number | undefined
  /** Shape of one image, without the batch. */
  readonly inputShape: readonly number[]
  readonly outputLength: number
  readonly pool: 'first-token' | 'mean-tokens' | undefined
}

/** Header of a frame to an inference process; the body is `count` images, one after the other. */
export interface RunRequest {
  readonly count: number
}

/** Header of a frame from an inference process. The body of `output` is float32[count · outputLength]. */
export type InferenceAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'output' }
  | {
      readonly kind: 'failed'
      readonly message: string
      /** At the start only: errors lose their class between processes. */
      readonly failure?: ProviderFailure
    }
