import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { residentOf } from './resident.js'

it.skipIf(!existsSync('/proc/self/task'))('counts a process and its children apart', async () => {
  const before = residentOf(process.pid)
  expect(before.server).toBeGreaterThan(20e6)
  const child = spawn(process.execPath, ['-e', "process.stdout.write('up'); process.stdin.resume()"])
  await once(child.stdout, 'data')
  expect(residentOf(process.pid).children - before.children).toBeGreaterThan(20e6)
  child.stdin.end()
  await once(child, 'exit')
})
