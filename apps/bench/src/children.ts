import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'

/** Processes that run, and what is to be done when the program ends before its time. */
const running = new Set<ChildProcess>()
const cleanups = new Set<() => void>()
let isWatching = false

/**
 * Starts a Node program that ends with this one: on Ctrl-C or SIGTERM it is told to end, then made to.
 * Its stdout goes nowhere, its stderr here.
 */
export function startChild(
  program: string,
  args: readonly string[],
  options: ForkOptions = {},
): ChildProcess {
  watchForStop()
  const child = fork(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], ...options })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Ends a child that drains on SIGTERM, and waits until it has gone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

/** Done at a stop from outside; the caller does it itself at an ordinary end and then takes it back. */
export function atStop(cleanup: () => void): { takeBack(): void } {
  watchForStop()
  cleanups.add(cleanup)
  return { takeBack: () => void cleanups.delete(cleanup) }
}

function watchForStop(): void {
  if (isWatching) return
  isWatching = true
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop(signal))
  process.once('exit', () => {
    for (const child of running) child.kill('SIGKILL')
  })
}

async function stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): Promise<never> {
  process.stderr.write(`\n${signal}: stopping.\n`)
  const gone = [...running].map((child) => once(child, 'exit'))
  for (const child of running) child.kill('SIGTERM')
  const patience = new Promise((resolve) => setTimeout(resolve, 3000))
  await Promise.race([Promise.all(gone), patience])
  for (const cleanup of cleanups) cleanup()
  process.exit(128 + constants.signals[signal])
}
