import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { type RunOptions, startPixvec } from './pixvec.js'

/** A `pixvec serve` that runs as a child, and what it has said so far. */
export interface RunningServer {
  readonly child: ChildProcessWithoutNullStreams
  readonly url: string
  /** The key that the server made; undefined when it was given keys. */
  readonly key: string | undefined
  /** The line that the banner tells people to paste. */
  readonly curl: string
  stdout(): string
  stderr(): string
  /** Resolves once stderr holds the text. */
  said(text: string): Promise<void>
  /** Sends the signal, to the whole process group if asked to, and resolves with the exit status. */
  stop(signal?: NodeJS.Signals, to?: 'process' | 'group'): Promise<number | null>
}

/** Starts the built command on a free port and waits for its banner. */
export async function startServer(options: RunOptions & { readonly words?: readonly string[] } = {}) {
  const child = startPixvec(['serve', ...(options.words ?? [])], {
    ...options,
    env: { PIXVEC_PORT: '0', ...options.env },
  })
  return watchServer(child)
}

/** @throws Error with all that was said when the process ends before its banner */
export async function watchServer(child: ChildProcessWithoutNullStreams): Promise<RunningServer> {
  const output = { stdout: '', stderr: '' }
  const exited = once(child, 'exit') as Promise<[number | null]>
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk
      for (const check of waiting) check()
    })
  }
  const until = (isThere: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!isThere()) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
      exited.then(() => reject(new Error(`pixvec ended:\n${output.stdout}\n${output.stderr}`)))
    })

  await until(() => output.stdout.includes('Ctrl-C stops the server.'))
  return {
    child,
    url: output.stdout.match(/Address {2}(\S+)/)![1]!,
    key: output.stdout.match(/Key {6}(\S+) {2}\(kept/)?.[1],
    curl: output.stdout.match(/^ {2}(curl .*)$/m)![1]!,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    said: (text) => until(() => output.stderr.includes(text)),
    async stop(signal = 'SIGTERM', to = 'process') {
      process.kill(to === 'group' ? -child.pid! : child.pid!, signal)
      return (await exited)[0]
    },
  }
}
