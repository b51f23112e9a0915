import { memoryOf, type ProcessMemory } from './resident-memory.js'

export interface SteadyMemory {
  /** Bytes of all processes together, resident and of their own (`ProcessMemory`): medians of the readings. */
  readonly resident: number
  readonly own: number
  /** One line a process, of the last reading, for people who look for what has grown. */
  readonly table: string
}

/**
 * Reads the memory of a server while it works, and takes the median: how much garbage has not been collected yet
 * differs from one reading to the next by more than what is looked for.
 * @param work  traffic, which calls back for each reading
 */
export async function steadyMemory(
  pid: number,
  work: (read: () => void) => Promise<unknown>,
): Promise<SteadyMemory> {
  const readings: ProcessMemory[][] = []
  await work(() => readings.push(memoryOf(pid)))
  const together = (kind: 'resident' | 'own') =>
    median(readings.map((reading) => reading.reduce((sum, process) => sum + process[kind], 0)))
  return {
    resident: together('resident'),
    own: together('own'),
    table: readings.at(-1)!.map(line).join('\n'),
  }
}

function line({ pid, name, resident, own }: ProcessMemory): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  return `${name} (${pid}): ${megabytes(resident)} resident, ${megabytes(own)} of its own`
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}
