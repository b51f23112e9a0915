import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { treeUsage } from './process-tree.js'

describe.skipIf(process.platform !== 'linux')('treeUsage', () => {
  it('counts a process and what it started', async () => {
    const alone = treeUsage(process.pid)
    const busy = `const end = Date.now() + 300; while (Date.now() < end); console.log('done'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['-e', busy], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    const together = treeUsage(process.pid)
    expect(together.residentBytes).toBeGreaterThan(alone.residentBytes + 10_000_000)
    expect(together.cpuSeconds - alone.cpuSeconds).toBeGreaterThan(0.1)
    expect(treeUsage(child.pid!).residentBytes).toBeLessThan(together.residentBytes)
    child.kill()
    await once(child, 'exit')
  })

  it('knows nothing of a process that has gone', () => {
    expect(treeUsage(2 ** 30)).toEqual({ cpuSeconds: 0, residentBytes: 0 })
  })
})
