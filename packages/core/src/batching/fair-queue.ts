/** Whoever waits for a turn. */
export interface Waiter {
  /** Whose turn it is: those of one caller share it. */
  readonly caller: string
  /** Aborts when nobody waits for the result any more. */
  readonly signal: AbortSignal
}

/**
 * A line in which callers take turns: one that brings a thousand items delays one that brings a
 * single item by one turn. First come, first served within a caller.
 */
export interface FairQueue<T extends object> {
  add(caller: string, item: T): void
  /** The next in turn; undefined when nobody waits. */
  take(): T | undefined
  /** Takes the item out of turn: its caller has gone. */
  remove(caller: string, item: T): void
  /** Takes the caller's newest item out of turn; undefined when none waits. */
  takeNewest(caller: string): T | undefined
  size(): number
}

export function createFairQueue<T extends object>(): FairQueue<T> {
  // Maps and sets keep the order of insertion: the first key is the caller whose turn it is.
  const lines = new Map<string, Set<T>>()
  let size = 0

  function add(caller: string, item: T): void {
    const line = lines.get(caller)
    if (line) line.add(item)
    else lines.set(caller, new Set([item]))
    size++
  }

  function take(): T | undefined {
    for (const [caller, line] of lines) {
      const [item] = line
      remove(caller, item!)
      // Behind all others until its next turn.
      if (lines.delete(caller)) lines.set(caller, line)
      return item
    }
    return undefined
  }

  function remove(caller: string, item: T): void {
    const line = lines.get(caller)
    if (!line?.delete(item)) return
    size--
    if (line.size === 0) lines.delete(caller)
  }

  function takeNewest(caller: string): T | undefined {
    const newest = [...(lines.get(caller) ?? [])].at(-1)
    if (newest) remove(caller, newest)
    return newest
  }

  return { add, take, remove, takeNewest, size: () => size }
}
