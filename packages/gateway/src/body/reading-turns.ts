/** Bytes of all bodies that are taken in one turn of the event loop: about a quarter of a millisecond. */
const bytesInOneTurn = 262_144

interface Pausable {
  pause(): unknown
  resume(): unknown
}

/**
 * Shares the turns of the event loop among those who send. A fast sender fills its socket faster than it is read,
 * and one turn would take two megabytes of each: with many senders nobody else has one for long.
 */
export function createReadingTurns(nextTurn: (callback: () => void) => void = setImmediate) {
  let taken = 0
  let isCounting = false
  const paused = new Set<Pausable>()

  function begin(): void {
    taken = 0
    isCounting = false
    for (const stream of paused) {
      paused.delete(stream)
      stream.resume()
    }
  }

  return {
    /** Counts bytes that came on a stream, which waits for the next turn when this one has had enough. */
    take(stream: Pausable, bytes: number): void {
      taken += bytes
      if (!isCounting) {
        isCounting = true
        nextTurn(begin)
      }
      if (taken < bytesInOneTurn) return
      stream.pause()
      paused.add(stream)
    },
    /** For a stream that has ended or broken, or that somebody else reads now. */
    leave(stream: Pausable): void {
      paused.delete(stream)
    },
  }
}
