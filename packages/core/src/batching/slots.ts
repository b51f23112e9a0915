import { createFairQueue, type Waiter } from './fair-queue.js'

/** A fixed number of places; who finds none waits, and callers take turns. */
export interface Slots {
  /**
   * Waits for a place. Rejects with the signal's reason when it aborts first.
   * @returns gives the place back; call it once
   */
  enter(waiter: Waiter): Promise<() => void>
  /** Turns away the caller's newest who still waits. @returns who that was */
  turnAway(caller: string, reason: Error): Waiter | undefined
}

interface Waiting {
  readonly waiter: Waiter
  readonly admit: () => void
  readonly reject: (reason: unknown) => void
}

export function createSlots(count: number): Slots {
  const line = createFairQueue<Waiting>()
  let free = count

  function leave(): void {
    const next = line.take()
    if (next) next.admit()
    else free++
  }

  function enter(waiter: Waiter): Promise<() => void> {
    const { caller, signal } = waiter
    if (signal.aborted) return Promise.reject(signal.reason)
    if (free > 0) {
      free--
      return Promise.resolve(leave)
    }
    return new Promise((resolve, reject) => {
      const drop = () => {
        line.remove(caller, waiting)
        reject(signal.reason)
      }
      const forget = () => signal.removeEventListener('abort', drop)
      const waiting: Waiting = {
        waiter,
        admit() {
          forget()
          resolve(leave)
        },
        reject(reason) {
          forget()
          reject(reason)
        },
      }
      signal.addEventListener('abort', drop, { once: true })
      line.add(caller, waiting)
    })
  }

  function turnAway(caller: string, reason: Error): Waiter | undefined {
    const newest = line.takeNewest(caller)
    newest?.reject(reason)
    return newest?.waiter
  }

  return { enter, turnAway }
}
