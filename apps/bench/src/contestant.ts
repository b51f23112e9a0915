import type { Load, Slice } from './measure.js'
import type { Stages } from './subject.js'

/** One side of a comparison, in a process of its own that waits between the slices of load. */
export interface Contestant {
  /** Name of the row. */
  readonly name: string
  readonly pid: number
  /** The vector of the picture, of length 1 or not. */
  readonly vector: readonly number[]
  measure(load: Load): Promise<Slice & { readonly stages?: Stages }>
  close(): Promise<void>
}
