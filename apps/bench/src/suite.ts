import { corpora } from './corpora.js'
import { measureEventLoop } from './event-loop-delay.js'
import type { BenchModel } from './models.js'
import type { PartResult } from './results.js'
import { measureService } from './service-part.js'
import { measureStart } from './start-part.js'
import { measureThroughput } from './throughput-part.js'

export interface SuiteOptions {
  readonly models: readonly BenchModel[]
  readonly withPeer: boolean
  readonly rounds: number
  /** What the measured time of every slice is multiplied by. */
  readonly pace: number
  /** Calls under way at the same time in the rows of throughput. */
  readonly callers: number
  /** For pictures. */
  readonly folder: string
}

/** A piece of the benchmark that can be measured, and stored, by itself. */
export interface Part {
  readonly name: string
  measure(progress: (line: string) => void): Promise<PartResult>
}

/** Everything that is measured, in this order. */
export function partsOf(options: SuiteOptions): Part[] {
  const { models, pace } = options
  const onPictures = models.flatMap((model) =>
    corpora.map(
      (corpus): Part => ({
        name: `throughput ${model.id} ${corpus.id}`,
        measure: (progress) =>
          measureThroughput({ ...options, model, corpus, seconds: corpus.seconds * pace, progress }),
      }),
    ),
  )
  const service = models.map(
    (model): Part => ({
      name: `service ${model.id} 1280`,
      measure: (progress) =>
        measureService({ ...options, model, corpus: corpora[1]!, seconds: 2 * pace, progress }),
    }),
  )
  return [
    ...onPictures,
    ...service,
    { name: 'start', measure: (progress) => measureStart({ ...options, progress }) },
    {
      name: 'event-loop',
      measure: (progress) =>
        measureEventLoop({
          seconds: 2 * pace,
          megabytes: 10,
          clients: 4,
          onRow: ({ body, p99 }) => progress(`${body}: p99 ${p99.toFixed(1)} ms`),
        }),
    },
  ]
}
