/** Which items of a stream are done, however out of order they end. */
export interface Resumption {
  /** Whether the item of this index was done when the key was written. Asked before its `finish`. */
  isDone(index: number): boolean
  /**
   * Notes that an item has been handed out.
   * @param isFinal  false for one that is to be tried again by whoever resumes
   * @returns the key of all that is done by now
   */
  finish(index: number, isFinal: boolean): string
}

/**
 * Reads a key and goes on writing. `12` says that the first 12 items are done; `12:3,7-9` that they are but
 * for those of the indexes 3, 7, 8 and 9. It grows with what is under way and what failed, not with the list.
 * @throws TypeError for a key that is none
 */
export function createResumption(key = '0'): Resumption {
  if (!/^\d{1,15}(:\d{1,15}(-\d{1,15})?(,\d{1,15}(-\d{1,15})?)*)?$/.test(key)) {
    throw new TypeError('resumeKey must be the resumeKey of a result of embedMany.')
  }
  const [length = '', ranges] = key.split(':')
  let high = Number(length)
  // In ascending order: an index enters when `high` passes it.
  const open = new Set<number>()
  for (const range of ranges?.split(',') ?? []) {
    const [first = 0, last = first] = range.split('-').map(Number)
    for (let index = first; index <= Math.min(last, high); index++) open.add(index)
  }
  return {
    isDone: (index) => index < high && !open.has(index),
    finish(index, isFinal) {
      for (; high <= index; high++) open.add(high)
      if (isFinal) open.delete(index)
      return open.size === 0 ? String(high) : `${high}:${toRanges(open)}`
    },
  }
}

function toRanges(ascending: Iterable<number>): string {
  const ranges: [first: number, last: number][] = []
  for (const index of ascending) {
    const range = ranges.at(-1)
    if (range?.[1] === index - 1) range[1] = index
    else ranges.push([index, index])
  }
  return ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join()
}
