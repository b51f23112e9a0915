import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/**
 * Cores this process may use: the CPU quota of its cgroup (v2 or v1), rounded up, never more than
 * the machine has. `os.cpus()` tells of the machine and not of the container.
 */
export function availableCores(read: (path: string) => string | undefined = readIfThere): number {
  const machine = availableParallelism()
  const quota = cgroupV2(read) ?? cgroupV1(read)
  return quota === undefined ? machine : Math.max(1, Math.min(machine, Math.ceil(quota)))
}

function cgroupV2(read: (path: string) => string | undefined): number | undefined {
  const [quota, period] = (read('/sys/fs/cgroup/cpu.max') ?? 'max').trim().split(/\s+/)
  if (quota === 'max' || !period) return undefined
  return ratio(Number(quota), Number(period))
}

function cgroupV1(read: (path: string) => string | undefined): number | undefined {
  return ratio(
    Number(read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us') ?? Number.NaN),
    Number(read('/sys/fs/cgroup/cpu/cpu.cfs_period_us') ?? Number.NaN),
  )
}

function ratio(quota: number, period: number): number | undefined {
  return quota > 0 && period > 0 ? quota / period : undefined
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
