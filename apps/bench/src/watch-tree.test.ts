import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { watchTree } from './watch-tree.js'

/** Holds 100 MB, computes for 0.3 s, says so and stays. */
const program = `
  const held = Buffer.alloc(100e6, 1)
  for (const end = Date.now() + 300; Date.now() < end; );
  process.stdout.write(String(held.length))
  process.stdin.resume()`

it.skipIf(process.platform !== 'linux')(
  'counts a child that was started meanwhile',
  async () => {
    const alone = await watchTree(process.pid, async () => 'value')
    expect(alone.value).toBe('value')

    const { value: child, usage } = await watchTree(process.pid, async () => {
      const child = spawn(process.execPath, ['-e', program])
      await once(child.stdout, 'data')
      return child
    })
    expect(usage.peakResidentBytes - alone.usage.peakResidentBytes).toBeGreaterThan(90e6)
    expect(usage.cpuSeconds).toBeGreaterThan(0.1)
    child.stdin.end()
    await once(child, 'exit')
  },
  30_000,
)
