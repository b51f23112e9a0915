import { setMaxListeners } from 'node:events'
import { AbortedError, DeadlineExceededError } from '../errors.js'

/** The moment after which nobody waits for an image any more: its caller hung up, or its time is over. */
export interface Deadline {
  /** Aborts with AbortedError or DeadlineExceededError. */
  readonly signal: AbortSignal
  /** The work's result, or the signal's reason as soon as it aborts. */
  race<T>(work: Promise<T>): Promise<T>
  /** Stops the timer and lets go of the caller's signal. */
  clear(): void
}

/** Written by hand because `AbortSignal.any` of a long-lived signal keeps every short one alive on Node 20. */
export function startDeadline(caller: AbortSignal | undefined, timeoutMs: number): Deadline {
  const controller = new AbortController()
  const hungUp = () => controller.abort(new AbortedError())
  const timer = setTimeout(() => controller.abort(new DeadlineExceededError(timeoutMs)), timeoutMs)
  timer.unref()
  if (caller?.aborted) hungUp()
  else if (caller) {
    // One call may carry many images, each of which listens.
    setMaxListeners(0, caller)
    caller.addEventListener('abort', hungUp, { once: true })
  }

  const over = new Promise<never>((_, reject) => {
    const rejectNow = () => reject(controller.signal.reason)
    if (controller.signal.aborted) rejectNow()
    else controller.signal.addEventListener('abort', rejectNow, { once: true })
  })
  over.catch(() => {})

  return {
    signal: controller.signal,
    race: (work) => Promise.race([work, over]),
    clear() {
      clearTimeout(timer)
      caller?.removeEventListener('abort', hungUp)
    },
  }
}
