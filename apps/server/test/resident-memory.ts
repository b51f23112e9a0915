import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Where the system tells of processes as Linux does. */
export const hasProc = existsSync('/proc/self/task')

/** Processes that this one started and that live. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
}

/** Resident memory of the process and its children, in bytes. */
export function residentBytes(pid: number): number {
  return memoryOf(pid).reduce((sum, { resident }) => sum + resident, 0)
}

/** What a process holds, in bytes. */
export interface ProcessMemory {
  readonly pid: number
  readonly name: string
  /** In the machine's memory. Pages of files that several processes share count in each. */
  readonly resident: number
  /** The part of it that no file stands behind: heaps, stacks, pixels. */
  readonly own: number
}

/** The process and its children. One that has just ended is left out. */
export function memoryOf(pid: number): ProcessMemory[] {
  return [pid, ...childrenOf(pid)].flatMap((each) => {
    try {
      const status = readFileSync(`/proc/${each}/status`, 'latin1')
      const bytes = (field: string) =>
        Number(status.match(new RegExp(`^${field}:\\s+(\\d+)`, 'm'))?.[1] ?? 0) * 1024
      return [{ pid: each, name: programOf(each), resident: bytes('VmRSS'), own: bytes('RssAnon') }]
    } catch {
      return []
    }
  })
}

/** The name of the script that it runs, without its ending. */
function programOf(pid: number): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')
  const script = words.find((word) => word.endsWith('.js'))
  return script ? basename(script, '.js') : words[0]!
}
