import { PixvecError } from '@pixvec/core'

export interface ProbeOptions {
  /** How long a success counts. */
  readonly intervalMs: number
  /** After it a run has failed and its signal aborts. */
  readonly timeoutMs: number
  readonly clock: () => number
  readonly run: (signal: AbortSignal) => Promise<unknown>
}

export interface Probe {
  /** Runs the probe when no success is recent, once for all who ask at the same time. @returns why it failed */
  check(): Promise<string | undefined>
  /** A success seen elsewhere counts like the probe's own. */
  noteSuccess(): void
  /** A failure of ours seen elsewhere: the next check asks again, whatever worked before. */
  noteFailure(): void
}

/** A full queue is no failure as long as something has come out of it within this many intervals. */
const busyIntervals = 6

/** Answers "does it work?" from memory where it can, and never runs more than one probe at a time. */
export function createProbe({ intervalMs, timeoutMs, clock, run }: ProbeOptions): Probe {
  let succeededAt = Number.NEGATIVE_INFINITY
  let running: Promise<string | undefined> | undefined

  function sinceSuccessMs(): number {
    return clock() - succeededAt
  }

  async function attempt(): Promise<string | undefined> {
    try {
      await withTimeout(run, timeoutMs)
      succeededAt = clock()
      return undefined
    } catch (error) {
      if (!PixvecError.isInstance(error))
        return error instanceof ProbeTimeoutError ? error.message : 'INTERNAL'
      // Refused because callers fill the queue: busy, not broken.
      if (error.code === 'OVERLOADED' && sinceSuccessMs() < busyIntervals * intervalMs) return undefined
      return error.code
    }
  }

  return {
    async check() {
      if (sinceSuccessMs() < intervalMs) return undefined
      running ??= attempt().finally(() => {
        running = undefined
      })
      return running
    },
    noteSuccess() {
      succeededAt = clock()
    },
    noteFailure() {
      succeededAt = Number.NEGATIVE_INFINITY
    },
  }
}

class ProbeTimeoutError extends Error {}

async function withTimeout(run: ProbeOptions['run'], timeoutMs: number): Promise<void> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ProbeTimeoutError(`no answer within ${timeoutMs} ms`))
      controller.abort()
    }, timeoutMs)
  })
  try {
    await Promise.race([run(controller.signal), timeout])
  } finally {
    clearTimeout(timer)
  }
}
