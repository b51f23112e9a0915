import { fileURLToPath } from 'node:url'
import { availableCores, defaultMaxBatchSize, describeModel } from '@pixvec/core'
import type { Contestant } from './contestant.js'
import { type Corpus, writePicture } from './corpora.js'
import { summarise } from './measure.js'
import type { BenchModel } from './models.js'
import { findPillowPixels } from './pillow-pixels.js'
import type { ThroughputResult, ThroughputRow } from './results.js'
import { type RoundsOfOne, runRounds } from './rounds.js'
import { startServerContestants } from './server-contestant.js'
import { cosine, median, medianRatio } from './statistics.js'
import type { Stages, SubjectTask } from './subject.js'
import { names } from './subject-names.js'
import { startSubject } from './subject-process.js'

export interface ThroughputOptions {
  readonly model: BenchModel
  readonly corpus: Corpus
  /** Whether transformers.js takes part. */
  readonly withPeer: boolean
  readonly rounds: number
  /** Measured seconds of one side in one round. */
  readonly seconds: number
  /** Calls under way at the same time. A bare session has one. */
  readonly callers: number
  /** For the picture. */
  readonly folder: string
  /** Names of the rows that are measured. @default all */
  readonly subjects?: readonly string[]
  readonly progress: (line: string) => void
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** One model on one corpus: every row in turn, round after round, all of them alive from the first to the last. */
export async function measureThroughput(options: ThroughputOptions): Promise<ThroughputResult> {
  const { model, corpus, progress } = options
  const { path: picture, jpeg } = await writePicture(corpus, options.folder)
  const pillowPixels = findPillowPixels(corpus.id, jpeg, model.manifest.recipe)
  if (!pillowPixels) progress('no reference of Pillow for this recipe: see apps/bench/goldens/README.md')
  const contestants: Contestant[] = []
  try {
    for (const start of starts(options, picture, pillowPixels)) {
      const started = await start()
      contestants.push(...started)
      for (const { name } of started) progress(`${name}: started`)
    }
    const measured = await runRounds(contestants, options)
    return {
      kind: 'throughput',
      model: model.title,
      revision: describeModel(model).revision,
      corpus: corpus.title,
      pictureBytes: jpeg.length,
      othersShare: orNull(median([...measured.values()].flatMap(({ othersShares }) => othersShares))),
      ...asRows(measured, pillowPixels ? measured.get(names.bare)?.contestant.vector : undefined),
    }
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.close()))
  }
}

/** How each side is started, one after the other: none may disturb the start of another. */
function starts(options: ThroughputOptions, picture: string, pillowPixels: string | undefined) {
  const { model, corpus, withPeer, subjects } = options
  const manifest = model.isBuiltIn ? undefined : model.path
  const task: SubjectTask = {
    model: model.path,
    picture,
    threads: availableCores(),
    batchSize: defaultMaxBatchSize,
    ...(pillowPixels && { pillowPixels }),
  }
  const subject =
    (name: string, program: string, more: Partial<SubjectTask> = {}) =>
    async () => [await startSubject(name, here(program), { ...task, ...more })]
  const all: Record<string, () => Promise<Contestant[]>> = {
    [names.roof]: subject(names.roof, './roof-subject.js'),
    [names.bare]: subject(names.bare, './bare-subject.js'),
    [names.server]: () =>
      startServerContestants({ [names.server]: 'upload', [names.base64]: 'base64' }, { manifest, picture }),
    [names.embedder]: subject(names.embedder, './embedder-subject.js'),
  }
  if (withPeer && model.peerFolder) {
    all[names.peer] = subject(names.peer, '../peer/transformers-subject.mjs', { model: model.peerFolder })
  }
  if (corpus.id === '12mp') {
    all[names.fast] = subject(names.fast, './embedder-subject.js', { decode: 'fast' })
  }
  return Object.entries(all)
    .filter(([name]) => name === names.roof || !subjects || subjects.includes(name))
    .map(([, start]) => start)
}

function asRows(
  measured: ReadonlyMap<string, RoundsOfOne>,
  reference: readonly number[] | undefined,
): Pick<ThroughputResult, 'roof' | 'rows'> {
  const cores = availableCores()
  const ofRoof = measured.get(names.roof)!
  const stages = ofRoof.slices.map((slice) => slice.stages!)
  const roofs = stages.map(
    ({ decodeMs, resizeMs, inferMs }) => (cores * 1000) / (decodeMs + resizeMs + inferMs),
  )
  const middle = (stage: keyof Stages) => median(stages.map((each) => each[stage]))
  const peer = measured.get(names.peer)
  const rows = [...measured.values()]
    .filter((one) => one !== ofRoof)
    .map((one): ThroughputRow => {
      const { contestant, slices } = one
      const rates = ratesOf(one)
      const images = slices.reduce((sum, slice) => sum + slice.images, 0)
      const { p50, p95, p99, calls } = summarise(slices)
      const isBare = contestant.name === names.bare
      return {
        subject: contestant.name,
        callers: one.callers,
        rounds: rates,
        perSecond: median(rates),
        p50,
        p95,
        p99,
        calls,
        cpuMsPerImage: orNull((one.cpuSeconds * 1000) / images),
        peakResidentMb: orNull(one.peakResidentBytes / 1e6),
        // Of a shorter vector the reference is its first numbers: the model is Matryoshka.
        cosine:
          reference && !isBare
            ? cosine(contestant.vector, reference.slice(0, contestant.vector.length))
            : null,
        ofRoof: medianRatio(rates, roofs),
        ofPeer: peer && peer !== one ? medianRatio(rates, ratesOf(peer)) : null,
      }
    })
  return {
    roof: {
      decodeMs: middle('decodeMs'),
      resizeMs: middle('resizeMs'),
      inferMs: middle('inferMs'),
      rounds: roofs,
      perSecond: median(roofs),
    },
    rows,
  }
}

function ratesOf({ slices }: RoundsOfOne): number[] {
  return slices.map(({ images, elapsedSeconds }) => images / elapsedSeconds)
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
