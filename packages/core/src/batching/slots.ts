/** A fixed number of places; who finds none waits in line. */
export interface Slots {
  /**
   * Waits for a place. Rejects with the signal's reason when it aborts first.
   * @returns gives the place back; call it once
   */
  enter(signal: AbortSignal): Promise<() => void>
}

export function createSlots(count: number): Slots {
  const line = new Set<() => void>()
  let free = count

  function leave(): void {
    const next = line.values().next().value
    if (next === undefined) free++
    else {
      line.delete(next)
      next()
    }
  }

  function enter(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(signal.reason)
    if (free > 0) {
      free--
      return Promise.resolve(leave)
    }
    return new Promise((resolve, reject) => {
      const drop = () => {
        line.delete(admit)
        reject(signal.reason)
      }
      const admit = () => {
        signal.removeEventListener('abort', drop)
        resolve(leave)
      }
      signal.addEventListener('abort', drop, { once: true })
      line.add(admit)
    })
  }

  return { enter }
}
