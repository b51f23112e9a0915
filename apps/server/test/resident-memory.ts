import { existsSync, readFileSync } from 'node:fs'

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
  return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + residentOf(each), 0)
}

function residentOf(pid: number): number {
  try {
    const kilobytes = readFileSync(`/proc/${pid}/status`, 'latin1').match(/^VmRSS:\s+(\d+)/m)?.[1]
    return Number(kilobytes ?? 0) * 1024
  } catch {
    return 0
  }
}
