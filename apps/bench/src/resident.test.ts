import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { residentOf, togetherOf } from './resident.js'

const folder = mkdtempSync(join(tmpdir(), 'pixvec-resident-'))

it.skipIf(!existsSync('/proc/self/task')).each([
  ['image-process-entry.js', 'imageProcesses'],
  ['inference-process-entry.js', 'inferenceProcesses'],
  ['anything.js', 'others'],
] as const)('counts a process and its children apart: %s', async (script, part) => {
  const before = residentOf(process.pid)
  expect(before.server).toBeGreaterThan(20e6)
  const path = join(folder, script)
  writeFileSync(path, "process.stdout.write('up'); process.stdin.resume()")
  const child = spawn(process.execPath, [path])
  await once(child.stdout, 'data')
  const now = residentOf(process.pid)
  expect(now[part] - before[part]).toBeGreaterThan(20e6)
  expect(togetherOf(now) - togetherOf(before)).toBeGreaterThan(20e6)
  child.stdin.end()
  await once(child, 'exit')
})
