import { type Batcher, createBatcher } from '../batching/batcher.js'
import type { CoreBudget } from '../batching/core-budget.js'
import { createSlots, type Slots } from '../batching/slots.js'
import type { PictureRecipe } from '../image/prepare-image.js'
import type { BackendFactory, BackendOptions } from '../inference/backend.js'
import type { EmbedTokens } from '../types.js'

export interface ServedModelOptions extends BackendOptions {
  readonly backend: BackendFactory
  readonly maxBatchSize: number
  readonly budget: CoreBudget
  /** Images of all models that are decoded at the same time. */
  readonly decodeConcurrency: number
}

/** One model that is loaded and warm: sessions of its own, and images that wait for them. */
export interface ServedModel {
  /** What it wants of a picture. */
  readonly wanted: PictureRecipe
  readonly tokens: EmbedTokens
  /**
   * Places for images from their decoding to the begin of their run: enough for a full batch of each session.
   * To decode more would take the cores from the runs, and memory, for images whose turn comes much later.
   */
  readonly decodedAhead: Slots
  readonly batcher: Batcher
  /** An image is on its way to this model, which stays until it is given back. */
  hold(): () => void
  /** Waits for those on their way, then frees the model. Nobody may hold it any more from now on. */
  drain(): Promise<void>
}

/**
 * Loads a model: its files are hashed, and it has run once when this resolves.
 * @throws Error when it is missing, damaged, or not what its manifest says
 */
export async function startServedModel(options: ServedModelOptions): Promise<ServedModel> {
  const { backend: start, budget, decodeConcurrency, ...rest } = options
  const { input, recipe, tokens } = options.model.manifest
  const maxBatchSize = Math.min(options.maxBatchSize, input.maxImages ?? options.maxBatchSize)
  const backend = await start(rest)
  const { run, parallelRuns = 1, coresPerRun = 1 } = backend
  budget.raise(parallelRuns * coresPerRun)
  const batcher = createBatcher({ run, maxBatchSize, parallelRuns, cores: { budget, each: coresPerRun } })
  const decodedAhead = createSlots(decodeConcurrency + parallelRuns * maxBatchSize)
  let held = 0
  let whenFree = () => {}

  function hold(): () => void {
    held += 1
    return () => {
      held -= 1
      if (held === 0) whenFree()
    }
  }

  async function drain(): Promise<void> {
    if (held > 0) {
      await new Promise<void>((resolve) => {
        whenFree = resolve
      })
    }
    await batcher.close()
    await backend.close()
  }

  return { wanted: { input, recipe }, tokens, decodedAhead, batcher, hold, drain }
}
