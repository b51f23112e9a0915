// Loaded into the server's process by event-loop.ts: counts how late its event loop is, and tells when asked.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** How late the event loop was, in milliseconds, since the probe was asked the last time. */
export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const resolutionMs = 1

if (isMainThread && process.send) {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  process.on('message', (message) => {
    if (message !== 'loop-delay') return
    // What is counted is the time from one turn of a timer to the next, the wanted millisecond included.
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs)
    const answer: LoopDelay = {
      p50: late(delays.percentile(50)),
      p99: late(delays.percentile(99)),
      max: late(delays.max),
    }
    delays.reset()
    process.send?.(answer)
  })
  // The server ends when it has drained, whether or not somebody still listens.
  process.channel?.unref()
}
