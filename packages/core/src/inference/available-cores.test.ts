import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { availableCores } from './available-cores.js'

const files = (content: Record<string, string>) => (path: string) => content[path]

describe('availableCores', () => {
  it('is what the machine has where no quota is set', () => {
    expect(availableCores(files({}))).toBe(availableParallelism())
    expect(availableCores(files({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }))).toBe(availableParallelism())
  })

  it('follows the quota of cgroup v2, rounded up', () => {
    expect(availableCores(files({ '/sys/fs/cgroup/cpu.max': '50000 100000\n' }))).toBe(1)
  })

  it('follows the quota of cgroup v1', () => {
    const quota = (microseconds: string) =>
      files({
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': microseconds,
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
      })
    expect(availableCores(quota('100000'))).toBe(1)
    expect(availableCores(quota('-1'))).toBe(availableParallelism())
  })

  it('is never more than the machine has', () => {
    expect(availableCores(files({ '/sys/fs/cgroup/cpu.max': '99900000 100000' }))).toBe(
      availableParallelism(),
    )
  })
})
