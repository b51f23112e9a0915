import { z } from 'zod'

const positive = z.number().positive()
const rounds = z.array(positive).min(1)
/** Null where it cannot be measured: no Linux, no reference. */
const measured = z.number().nullable()

/** Where, with what and how a part was measured. */
const Run = z.object({
  startedAt: z.iso.datetime(),
  seconds: positive,
  command: z.string(),
  /** Commit of the repository, and whether files differed from it. */
  revision: z.string().nullable(),
  modified: z.boolean(),
  machine: z.object({ cpu: z.string(), cores: positive, memoryGb: positive, system: z.string() }),
  versions: z.record(z.string(), z.string()),
  settings: z.object({ rounds: positive, quick: z.boolean() }),
})

const ThroughputRow = z.object({
  subject: z.string(),
  /** Calls under way at the same time. */
  callers: positive,
  /** Images a second, in each round. */
  rounds,
  /** Median of the rounds. */
  perSecond: positive,
  p50: positive,
  p95: positive,
  p99: positive,
  calls: positive,
  cpuMsPerImage: measured,
  peakResidentMb: measured,
  /** Of the vector and that of onnxruntime-node on Pillow's pixels of the same picture. */
  cosine: measured,
  /** Median over the rounds of images/s ÷ the roof of the same round. */
  ofRoof: positive,
  /** The same beside transformers.js, where it takes part. */
  ofPeer: positive.nullable(),
})

const Throughput = z.object({
  kind: z.literal('throughput'),
  model: z.string(),
  revision: z.string(),
  corpus: z.string(),
  pictureBytes: positive,
  /** Share of the machine that other programs and other guests of its host used, median of all slices. */
  othersShare: measured,
  /** Cores ÷ (decode + resize + infer), where each is what one image costs one core, in milliseconds. */
  roof: z.object({ decodeMs: positive, resizeMs: positive, inferMs: positive, rounds, perSecond: positive }),
  rows: z.array(ThroughputRow).min(1),
})

const Latency = z.object({
  arrivals: z.enum(['even', 'random']),
  /** Images a second that were sent. */
  perSecond: positive,
  p50: positive,
  p95: positive,
  p99: positive,
  calls: positive,
  /** p99 ÷ the median with one caller. */
  ofUnloaded: positive,
})

const Service = z.object({
  kind: z.literal('service'),
  model: z.string(),
  revision: z.string(),
  corpus: z.string(),
  /** Images a second of callers who wait for each answer, in each round: the capacity. */
  peakRounds: rounds,
  peak: positive,
  /** Milliseconds of one image when there is no other. */
  unloadedP50: positive,
  at80: z.array(Latency),
  overload: z.object({
    /** What was sent, as a multiple of the capacity. */
    offered: positive,
    /** Images answered a second ÷ the capacity of the same round, median. */
    goodput: z.number(),
    answered: z.number(),
    refused: z.number(),
    /** Calls that ended without an answer. */
    failed: z.number(),
    /** Milliseconds until an image that is refused knows it. Null when none was. */
    refuseP50: measured,
    refuseP99: measured,
    /** Milliseconds of one that is answered. */
    answerP50: measured,
    answerP99: measured,
  }),
})

const Start = z.object({
  kind: z.literal('start'),
  rows: z.array(
    z.object({
      model: z.string(),
      subject: z.string(),
      /** Seconds from the start of the process to its first vector, in each round. */
      rounds,
      seconds: positive,
    }),
  ),
})

const EventLoop = z.object({
  kind: z.literal('event-loop'),
  megabytes: positive,
  clients: positive,
  rows: z.array(
    z.object({ body: z.string(), perSecond: positive, p50: z.number(), p99: z.number(), max: z.number() }),
  ),
})

const PartResult = z.discriminatedUnion('kind', [Throughput, Service, Start, EventLoop])

/** What a run writes. Parts that were measured at different times stand side by side, each with its own `run`. */
export const BenchResults = z.object({
  schema: z.literal(1),
  parts: z.record(z.string(), z.object({ run: Run, result: PartResult })),
})

export type BenchResults = z.infer<typeof BenchResults>
export type BenchRun = z.infer<typeof Run>
export type BenchPart = BenchResults['parts'][string]
export type PartResult = z.infer<typeof PartResult>
export type ThroughputResult = z.infer<typeof Throughput>
export type ThroughputRow = z.infer<typeof ThroughputRow>
export type ServiceResult = z.infer<typeof Service>
export type StartResult = z.infer<typeof Start>
export type EventLoopResult = z.infer<typeof EventLoop>

/**
 * New parts in place of the old ones of the same name.
 * @throws Error when they come from another machine: their figures do not belong into one table
 */
export function mergeResults(old: BenchResults | undefined, parts: BenchResults['parts']): BenchResults {
  const all = { ...old?.parts, ...parts }
  const machines = new Set(Object.values(all).map(({ run }) => JSON.stringify(run.machine)))
  if (machines.size > 1) {
    throw new Error(
      `The results hold parts of another machine: ${[...machines].join(' and ')}. Give another file with --output.`,
    )
  }
  return { schema: 1, parts: all }
}
