import type { BenchResults, PartResult, ThroughputResult } from './results.js'
import { names } from './subject-names.js'

/** What was set out for, and what was measured. */
export interface AimVerdict {
  readonly aim: string
  readonly wanted: number
  /** Whether more is better, or less. */
  readonly sense: 'at least' | 'at most'
  readonly measured: number
  readonly unit: string
  readonly isMet: boolean
}

/** Every aim of which the results hold the measurement. */
export function judgeAims(results: BenchResults): AimVerdict[] {
  const all = Object.values(results.parts).map(({ result }) => result)
  return [
    ...ofKind(all, 'throughput').flatMap(roofAims),
    ...ofKind(all, 'throughput').flatMap(peerAims),
    ...ofKind(all, 'service').flatMap(({ model, overload, at80 }) => [
      atLeast(`${model}: goodput at 4 × overload, of the peak`, 0.9, overload.goodput, '×'),
      ...(overload.refuseP99 === null
        ? []
        : [atMost(`${model}: time to refuse, p99`, 50, overload.refuseP99, 'ms')]),
      ...at80
        .filter(({ arrivals }) => arrivals === 'even')
        .map(({ ofUnloaded }) =>
          atMost(`${model}: p99 at 80 % load, of the unloaded p50`, 3, ofUnloaded, '×'),
        ),
    ]),
    ...ofKind(all, 'start').flatMap(({ rows }) =>
      rows
        .slice(0, 1)
        .map(({ model, seconds }) =>
          atMost(`${model}: start of the server to its first embedding`, 1.5, seconds, 's'),
        ),
    ),
    ...ofKind(all, 'event-loop').map(({ rows, megabytes }) =>
      atMost(
        `Event loop while bodies of ${megabytes} MB arrive, p99 of the slowest kind`,
        10,
        Math.max(...rows.filter(({ body }) => body !== names.idle).map(({ p99 }) => p99)),
        'ms',
      ),
    ),
  ]
}

function roofAims({ model, corpus, rows }: ThroughputResult): AimVerdict[] {
  const server = rows.find(({ subject }) => subject === names.server)
  return server ? [atLeast(`${model}, ${corpus}: server, of the roof`, 0.9, server.ofRoof, '×')] : []
}

/** In process both: the peer has no server. */
function peerAims({ model, corpus, rows }: ThroughputResult): AimVerdict[] {
  const isLarge = rows.some(({ subject }) => subject === names.fast) || corpus.includes('12 MP')
  const wanted: [string, number][] = [
    [names.embedder, isLarge ? 1.4 : 1.5],
    [names.fast, 2.8],
  ]
  return wanted.flatMap(([subject, least]) => {
    const ofPeer = rows.find((row) => row.subject === subject)?.ofPeer ?? null
    return ofPeer === null
      ? []
      : [atLeast(`${model}, ${corpus}: ${subject}, beside transformers.js`, least, ofPeer, '×')]
  })
}

function atLeast(aim: string, wanted: number, measured: number, unit: string): AimVerdict {
  return { aim, wanted, sense: 'at least', measured, unit, isMet: measured >= wanted }
}

function atMost(aim: string, wanted: number, measured: number, unit: string): AimVerdict {
  return { aim, wanted, sense: 'at most', measured, unit, isMet: measured <= wanted }
}

/** The results of one kind, in the order in which they stand. */
export function ofKind<Kind extends PartResult['kind']>(
  all: readonly PartResult[],
  kind: Kind,
): Extract<PartResult, { kind: Kind }>[] {
  return all.filter((result): result is Extract<PartResult, { kind: Kind }> => result.kind === kind)
}
