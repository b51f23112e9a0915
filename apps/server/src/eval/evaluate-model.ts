import type { Embedder, EmbedResult } from '@pixvec/core'
import { embedFiles, type FailedFile } from '../embed/embed-files.js'
import type { Writer } from '../embed/formats.js'
import type { LabelledPicture } from './labels-table.js'
import { type RetrievalMetrics, retrieval } from './retrieval.js'

export interface EvaluateOptions {
  readonly embedder: Embedder
  readonly pictures: readonly LabelledPicture[]
  /** @default the model's own */
  readonly dimension?: number | undefined
  /** Pictures worked on at the same time. */
  readonly concurrency: number
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal
  readonly onDone?: (failures: number) => void
}

/** What a model makes of a table of labelled pictures. */
export interface Evaluation {
  readonly model: string
  readonly revision: string
  readonly dimension: number
  readonly queries: number
  readonly gallery: number
  readonly labels: number
  /** Queries whose label no picture of the gallery has. They count, and find nothing. */
  readonly hopeless: number
  readonly metrics: RetrievalMetrics
  /** Pictures a second, from the file to the vector, as this machine was busy. */
  readonly imagesPerSecond: number
}

/**
 * Embeds all pictures, then looks for each query in the gallery.
 * @returns the evaluation, or the pictures that have no vector: figures of some of them would mislead
 */
export async function evaluateModel(
  options: EvaluateOptions,
): Promise<{ evaluation: Evaluation } | { failed: FailedFile[] }> {
  const { pictures, ...rest } = options
  const vectors = new Map<string, EmbedResult>()
  const writer: Writer = {
    order: 'finished',
    keepsPartial: false,
    add: async (file, result) => void vectors.set(file, result),
    finish: async () => {},
    discard: async () => {},
  }
  const begin = performance.now()
  const { failed } = await embedFiles({ ...rest, files: pictures.map(({ path }) => path), writer })
  const seconds = (performance.now() - begin) / 1000
  options.signal.throwIfAborted()
  if (failed.length > 0) return { failed }

  const part = (wanted: LabelledPicture['split']) =>
    pictures
      .filter(({ split }) => split === wanted)
      .map(({ path, label }) => ({ label, vector: vectors.get(path)!.vector }))
  const [queries, gallery] = [part('query'), part('gallery')]
  const inGallery = new Set(gallery.map(({ label }) => label))
  const { model, revision, vector } = vectors.get(pictures[0]!.path)!
  return {
    evaluation: {
      model,
      revision,
      dimension: vector.length,
      queries: queries.length,
      gallery: gallery.length,
      labels: new Set(pictures.map(({ label }) => label)).size,
      hopeless: queries.filter(({ label }) => !inGallery.has(label)).length,
      metrics: retrieval(queries, gallery),
      imagesPerSecond: Number((pictures.length / seconds).toFixed(1)),
    },
  }
}
