/** Who asks for cores: one a model. Its place in the line is kept by identity. */
export interface Claimant {
  /** Called when its turn has come. It tries again, or forgets. */
  readonly wake: () => void
}

/**
 * The cores that the sessions of all models share. A run takes as many as it has threads, so that two models
 * at work do not slow each other down with more threads than there are cores.
 */
export interface CoreBudget {
  /**
   * Takes cores when enough are free and nobody stands before; else the claimant stands in line and is woken.
   * @returns gives them back, once; undefined when there were none
   */
  tryTake(cores: number, claimant: Claimant): (() => void) | undefined
  /** Lets there be as many: whoever asks for more sessions than there are cores gets them. */
  raise(cores: number): void
  /** The claimant wants nothing any more. */
  forget(claimant: Claimant): void
}

/** Nobody is refused for wanting more than all cores: it then waits until all are free. */
export function createCoreBudget(cores: number): CoreBudget {
  const line = new Set<Claimant>()
  let capacity = cores
  let free = cores

  function tryTake(wanted: number, claimant: Claimant): (() => void) | undefined {
    const taken = Math.min(wanted, capacity)
    const [first = claimant] = line
    if (first !== claimant || free < taken) {
      line.add(claimant)
      return undefined
    }
    line.delete(claimant)
    free -= taken
    // What is left may do for the next.
    if (free > 0) wakeFirst()
    return () => {
      free += taken
      wakeFirst()
    }
  }

  function raise(to: number): void {
    const more = Math.max(0, to - capacity)
    capacity += more
    free += more
    if (more > 0) wakeFirst()
  }

  function forget(claimant: Claimant): void {
    const [first] = line
    line.delete(claimant)
    if (first === claimant && free > 0) wakeFirst()
  }

  function wakeFirst(): void {
    const [first] = line
    first?.wake()
  }

  return { tryTake, raise, forget }
}
