import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { expect, test } from 'vitest'
import { giveWay } from './child-priority.js'

const child = () =>
  spawn(process.execPath, ['-e', "process.stdout.write('ready'); setInterval(() => {}, 1000)"])

/** Niceness of each thread. @source proc(5), field 19 of stat */
function threadPriorities(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  })
}

test('a child has a lower priority than we have', async () => {
  const one = child()
  giveWay(one)
  await once(one.stdout, 'data')
  expect(getPriority(one.pid)).toBeGreaterThan(getPriority())
  one.kill()
})

test.skipIf(process.platform !== 'linux')('so have the threads that it starts', async () => {
  const one = child()
  giveWay(one)
  await once(one.stdout, 'data')
  const priorities = threadPriorities(one.pid!)
  expect(priorities.length).toBeGreaterThan(1)
  expect(Math.min(...priorities)).toBeGreaterThan(getPriority())
  one.kill()
})

test('one that could not be started, or has ended, is no trouble', async () => {
  const ended = child()
  ended.kill()
  await once(ended, 'exit')
  expect(() => giveWay(ended)).not.toThrow()
  const absent = spawn('/nowhere/at/all')
  const failed = once(absent, 'error')
  expect(() => giveWay(absent)).not.toThrow()
  await failed
})
