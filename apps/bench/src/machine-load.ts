import { readFileSync } from 'node:fs'
import { treeUsage } from './process-tree.js'

/**
 * Share of the machine's processors that others used while `work` ran, 0 to 1: other programs, and what the
 * host of a virtual machine gave to others. Of processes that end meanwhile the time counts as others'.
 * NaN where /proc does not tell.
 */
export async function watchOthers<T>(
  work: () => Promise<T>,
  read: () => MachineTime = readMachineTime,
): Promise<{ value: T; othersShare: number }> {
  const before = read()
  const value = await work()
  const after = read()
  const all = after.allSeconds - before.allSeconds
  const others = after.busySeconds - before.busySeconds - (after.ownSeconds - before.ownSeconds)
  return { value, othersShare: Math.max(0, others / all) }
}

export interface MachineTime {
  /** Time of all processors together, idle or not. */
  readonly allSeconds: number
  readonly busySeconds: number
  /** What this program and all that it started have used. */
  readonly ownSeconds: number
}

function readMachineTime(): MachineTime {
  if (process.platform !== 'linux') {
    return { allSeconds: Number.NaN, busySeconds: Number.NaN, ownSeconds: Number.NaN }
  }
  return { ...parseStat(readFileSync('/proc/stat', 'latin1')), ownSeconds: treeUsage(process.pid).cpuSeconds }
}

/** @source proc(5): the first line of /proc/stat, in ticks of 1/100 s; the fields after the eighth are within others */
export function parseStat(stat: string): Pick<MachineTime, 'allSeconds' | 'busySeconds'> {
  const fields = stat.split('\n')[0]!.trim().split(/\s+/).slice(1, 9).map(Number)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / 100
  const [, , , idle, ioWait] = fields
  return { allSeconds: sum(fields), busySeconds: sum(fields) - (idle! + ioWait!) / 100 }
}
