import type { Contestant } from './contestant.js'
import { watchOthers } from './machine-load.js'
import type { Slice } from './measure.js'
import type { Stages } from './subject.js'
import { watchTree } from './watch-tree.js'

export interface RoundsOptions {
  readonly rounds: number
  /** Measured seconds of one side in one round. */
  readonly seconds: number
  /** Calls under way at the same time. */
  readonly callers: number
  readonly progress: (line: string) => void
}

/** What one side did in all rounds. */
export interface RoundsOfOne {
  readonly contestant: Contestant
  readonly callers: number
  /** One for each round. */
  readonly slices: (Slice & { readonly stages?: Stages })[]
  /** CPU time of the process and all that it started, in the measured time. */
  readonly cpuSeconds: number
  readonly peakResidentBytes: number
  /** Share of the machine that others used, in each round. */
  readonly othersShares: readonly number[]
}

/**
 * Each side in turn, round after round, so that a machine whose speed changes changes it for all of them.
 * Every second round goes backwards. Before the first each side has a second of load that is not measured.
 * @returns by the name of the side, in the order given
 */
export async function runRounds(
  contestants: readonly Contestant[],
  { rounds, seconds, callers, progress }: RoundsOptions,
): Promise<Map<string, RoundsOfOne>> {
  const load = { concurrency: callers, seconds }
  const all = new Map<string, RoundsOfOne>()
  for (const contestant of contestants) {
    await contestant.measure({ ...load, seconds: Math.min(1, seconds / 2) })
    all.set(contestant.name, {
      contestant,
      callers,
      slices: [],
      cpuSeconds: 0,
      peakResidentBytes: 0,
      othersShares: [],
    })
  }
  for (let round = 0; round < rounds; round++) {
    for (const contestant of round % 2 === 0 ? contestants : [...contestants].reverse()) {
      const { value: watched, othersShare } = await watchOthers(() =>
        watchTree(contestant.pid, () => contestant.measure(load)),
      )
      const { value, usage } = watched
      const before = all.get(contestant.name)!
      all.set(contestant.name, {
        ...before,
        slices: [...before.slices, value],
        cpuSeconds: before.cpuSeconds + usage.cpuSeconds,
        peakResidentBytes: Math.max(before.peakResidentBytes, usage.peakResidentBytes),
        othersShares: [...before.othersShares, othersShare],
      })
      const rate = (value.images / value.elapsedSeconds).toFixed(1)
      progress(`${contestant.name}, round ${round + 1} of ${rounds}: ${rate} images/s`)
    }
  }
  return all
}
