import { readFileSync } from 'node:fs'

/** Whose memory is told apart, in the order of a table. */
export const residentParts = ['server', 'imageProcesses', 'inferenceProcesses', 'others'] as const

/** Resident memory in bytes: of the server itself, and of its children. Pages of files that several share count in each. */
export type Resident = Readonly<Record<(typeof residentParts)[number], number>>

/** Linux only. */
export function residentOf(pid: number): Resident {
  const resident = { server: residentBytes(pid), imageProcesses: 0, inferenceProcesses: 0, others: 0 }
  for (const child of childrenOf(pid)) resident[partOf(child)] += residentBytes(child)
  return resident
}

/** All of it together. */
export function togetherOf(resident: Resident): number {
  return residentParts.reduce((sum, part) => sum + resident[part], 0)
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

function partOf(child: number): Exclude<keyof Resident, 'server'> {
  const words = textOf(`/proc/${child}/cmdline`)
  if (words.includes('image-process-entry.js')) return 'imageProcesses'
  return words.includes('inference-process-entry.js') ? 'inferenceProcesses' : 'others'
}

function residentBytes(pid: number): number {
  return Number(textOf(`/proc/${pid}/status`).match(/^VmRSS:\s+(\d+)/m)?.[1] ?? 0) * 1024
}

/** Nothing for a process that has just ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
