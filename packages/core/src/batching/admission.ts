import { OverloadedError } from '../errors.js'
import type { Waiter } from './fair-queue.js'

export interface AdmissionOptions {
  /** Places. */
  readonly maxQueue: number
  /** Turns away the caller's newest image that only waits yet. @returns whose that was */
  readonly turnAway: (caller: string, reason: Error) => Waiter | undefined
}

/** Who is inside. A permit is tried and never awaited: one who is refused at once can go elsewhere. */
export interface Admission {
  /**
   * Takes a place. Where none is free, one who holds fewer than the greediest caller gets a place of
   * theirs, taken from an image that waits.
   * @throws OverloadedError
   */
  enter(waiter: Waiter): void
  /** What `enter` would throw now; undefined where there is room for one more of this caller. */
  refusal(caller: string): OverloadedError | undefined
  /** Gives the place back. Once is enough, twice is once. */
  leave(waiter: Waiter): void
  size(): number
}

/** How long a refused caller is asked to wait: about the time in which the queue moves. */
const retryAfterMs = 1000

export function createAdmission({ maxQueue, turnAway }: AdmissionOptions): Admission {
  const inside = new Set<Waiter>()
  const placesOf = new Map<string, number>()

  function enter(waiter: Waiter): void {
    if (inside.size >= maxQueue && !makeRoom(waiter.caller)) throw overloaded()
    inside.add(waiter)
    placesOf.set(waiter.caller, places(waiter.caller) + 1)
  }

  function refusal(caller: string): OverloadedError | undefined {
    return inside.size < maxQueue || greedierThan(caller) !== undefined ? undefined : overloaded()
  }

  /** Afterwards the one who comes may not hold more than the one who was turned away. */
  function greedierThan(caller: string): string | undefined {
    const greediest = mostPlaces()
    return greediest !== undefined && places(greediest) > places(caller) + 1 ? greediest : undefined
  }

  function makeRoom(caller: string): boolean {
    const greediest = greedierThan(caller)
    if (greediest === undefined) return false
    const turnedAway = turnAway(greediest, overloaded())
    if (!turnedAway) return false
    leave(turnedAway)
    return true
  }

  function leave(waiter: Waiter): void {
    if (!inside.delete(waiter)) return
    const left = places(waiter.caller) - 1
    if (left > 0) placesOf.set(waiter.caller, left)
    else placesOf.delete(waiter.caller)
  }

  function places(caller: string): number {
    return placesOf.get(caller) ?? 0
  }

  function mostPlaces(): string | undefined {
    let greediest: string | undefined
    for (const caller of placesOf.keys()) {
      if (greediest === undefined || places(caller) > places(greediest)) greediest = caller
    }
    return greediest
  }

  function overloaded(): OverloadedError {
    return new OverloadedError(
      `The queue is full: ${maxQueue} images are being worked on. Try again in a moment.`,
      retryAfterMs,
    )
  }

  return { enter, refusal, leave, size: () => inside.size }
}
