import { readdirSync, readFileSync } from 'node:fs'

export interface TreeUsage {
  /** CPU time of the process and all below it, user and system, in seconds. */
  readonly cpuSeconds: number
  /** Memory of all of them together, in bytes. Shared pages count in each. */
  readonly residentBytes: number
}

interface ProcessStat {
  readonly pid: number
  readonly parent: number
  readonly cpuSeconds: number
  readonly residentBytes: number
}

/** Clock ticks a second and bytes a page, as Linux has them on every machine that Node runs on. */
const ticksPerSecond = 100
const pageBytes = 4096

/** What a process and those that it started have used so far. Those that have ended are not counted. Linux only. */
export function treeUsage(root: number): TreeUsage {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readStat)
  const members = new Set([root])
  // A child may stand before its parent in the list: repeat until nobody new is found.
  for (let size = 0; size < members.size; ) {
    size = members.size
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid)
  }
  const used = all.filter(({ pid }) => members.has(pid))
  return {
    cpuSeconds: used.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    residentBytes: used.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  }
}

/** @source proc(5): fields of /proc/pid/stat after the command's name, which may hold anything */
function readStat(pid: string): ProcessStat[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [parent, userTicks, systemTicks, pages] = [fields[1], fields[11], fields[12], fields[21]].map(
      Number,
    )
    return [
      {
        pid: Number(pid),
        parent: parent!,
        cpuSeconds: (userTicks! + systemTicks!) / ticksPerSecond,
        residentBytes: pages! * pageBytes,
      },
    ]
  } catch {
    // It ended while the list was read.
    return []
  }
}
