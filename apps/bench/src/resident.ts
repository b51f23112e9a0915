import { readFileSync } from 'node:fs'

/** Resident memory in bytes. Pages of files that several processes share count in each. */
export interface Resident {
  /** The process itself. */
  readonly server: number
  /** Its children together. */
  readonly children: number
}

/** Linux only. */
export function residentOf(pid: number): Resident {
  return {
    server: residentBytes(pid),
    children: childrenOf(pid).reduce((sum, each) => sum + residentBytes(each), 0),
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

/** 0 for a process that has just ended. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/status`, 'latin1').match(/^VmRSS:\s+(\d+)/m)?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
