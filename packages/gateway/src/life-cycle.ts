import type { GatewayPhase } from './plugin.js'

/** The phase of a gateway and the requests that it has accepted and not yet answered. */
export interface LifeCycle {
  phase(): GatewayPhase
  enter(phase: GatewayPhase): void
  /** Counts a request in; the function that it returns counts it out. */
  accept(): () => void
  /**
   * Resolves when nothing accepted is left, or after `timeoutMs`.
   * @returns how many were left unanswered
   */
  settled(timeoutMs: number): Promise<number>
}

export function createLifeCycle(): LifeCycle {
  let phase: GatewayPhase = 'starting'
  let accepted = 0
  const waiting = new Set<() => void>()

  return {
    phase: () => phase,
    enter: (next) => {
      phase = next
    },
    accept() {
      accepted++
      let isOpen = true
      return () => {
        if (!isOpen) return
        isOpen = false
        accepted--
        if (accepted === 0) for (const resolve of waiting) resolve()
      }
    },
    async settled(timeoutMs) {
      if (accepted === 0) return 0
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, timeoutMs)
        waiting.add(done)
      })
      return accepted
    },
  }
}
