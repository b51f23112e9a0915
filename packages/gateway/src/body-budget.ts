import { OverloadedError } from '@pixvec/core'

/** How many bytes of bodies may be in memory at once, over all requests. */
export interface BodyBudget {
  /**
   * Reserves the bytes of one body before it is read.
   * @returns gives them back; calling it again does nothing
   * @throws OverloadedError when they do not fit beside those in flight
   */
  reserve(bytes: number): () => void
  inUse(): number
}

/** How long a refused caller is asked to wait: about the time in which a body is answered. */
const retryAfterMs = 1000

export function createBodyBudget(limitBytes: number): BodyBudget {
  let used = 0
  return {
    reserve(bytes) {
      // A lone body is let in even when the budget was set below the body limit.
      if (used > 0 && used + bytes > limitBytes) {
        throw new OverloadedError(
          `The bodies in flight hold ${used} of ${limitBytes} bytes; ${bytes} more do not fit. Try again in a moment.`,
          retryAfterMs,
        )
      }
      used += bytes
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        used -= bytes
      }
    },
    inUse: () => used,
  }
}
