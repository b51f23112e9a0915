import { treeUsage } from './process-tree.js'

export interface WatchedUsage {
  /** CPU time that the process and all below it have used while they were watched, in seconds. */
  readonly cpuSeconds: number
  /** Most memory of all of them together in any reading, in bytes. */
  readonly peakResidentBytes: number
}

/**
 * Runs `work` and says what a process and those below it have used meanwhile. Linux only: elsewhere NaN.
 * @param everyMs  time between two readings of the memory
 */
export async function watchTree<T>(
  pid: number,
  work: () => Promise<T>,
  everyMs = 100,
): Promise<{ value: T; usage: WatchedUsage }> {
  if (process.platform !== 'linux') {
    return { value: await work(), usage: { cpuSeconds: Number.NaN, peakResidentBytes: Number.NaN } }
  }
  const before = treeUsage(pid)
  let peak = before.residentBytes
  const read = () => {
    const now = treeUsage(pid)
    peak = Math.max(peak, now.residentBytes)
    return now
  }
  const timer = setInterval(read, everyMs)
  try {
    const value = await work()
    const { cpuSeconds } = read()
    return { value, usage: { cpuSeconds: cpuSeconds - before.cpuSeconds, peakResidentBytes: peak } }
  } finally {
    clearInterval(timer)
  }
}
