import { freeMemory } from './free-memory.js'

/**
 * The memory of a body, which a thread that decodes gets handed over, not copied: nobody else can read it until
 * it is back. Those who want it wait for one another.
 */
export class LentMemory {
  #memory: ArrayBuffer
  #turn: Promise<unknown> = Promise.resolve()

  constructor(memory: ArrayBuffer) {
    this.#memory = memory
  }

  /** A look at it where it is. Throws while it is lent. */
  view(start: number, end: number): Buffer {
    return Buffer.from(this.#memory, start, end - start)
  }

  /**
   * Lends the memory to `use`, after those who asked before, which resolves with what it has become. When `use`
   * fails after it has moved the memory, nobody gets it again.
   */
  lend<T>(use: (memory: ArrayBuffer) => Promise<{ memory: ArrayBuffer; value: T }>): Promise<T> {
    const turn = this.#turn.then(async () => {
      const { memory, value } = await use(this.#memory)
      this.#memory = memory
      return value
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  /**
   * Gives the memory back to the system after those who asked before. Nobody may ask for it afterwards; to free
   * it again, or what a borrower has lost, does nothing.
   */
  free(): void {
    void this.#turn.then(() => {
      if (this.#memory.byteLength > 0) freeMemory(new Uint8Array(this.#memory))
    })
  }
}
