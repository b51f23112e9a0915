import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** A file on its way, which one process alone writes. */
export interface PartialFile {
  readonly path: string
  /** Says to others that its writer lives, while nothing is written. */
  touch(): Promise<void>
  /** Leaves it for the next who wants to go on. */
  release(): void
}

/** Without a write for so long, the writer counts as dead. It touches its file while it waits. */
const silenceMs = 10 * 60_000

/** Names that this process writes at the moment: two pulls in one process see each other too. */
const ours = new Set<string>()

/**
 * Claims the unfinished download of a hash, or begins one. The owner stands in the name of the file, and
 * claiming is a rename, so two processes never write the same file. No lock is left behind by a crash.
 * @returns undefined while another process is at it
 */
export async function claimPartial(folder: string, hash: string): Promise<PartialFile | undefined> {
  const name = `${hash}.${thisHost}.${process.pid}.${randomBytes(4).toString('hex')}.incomplete`
  const path = join(folder, name)
  ours.add(name)
  try {
    const others = await partials(folder, hash)
    if (others.some(({ isLive }) => isLive)) return abandon(name)
    const largest = others.sort((a, b) => b.size - a.size)[0]
    if (largest && (await renamed(largest.path, path))) return partialFile(path, name)
    await writeFile(path, '', { flag: 'wx' })
    // Of several who began at the same time the first by name goes on.
    const rivals = (await partials(folder, hash)).filter(({ isLive }) => isLive)
    if (rivals.some((rival) => rival.size > 0 || rival.name < name)) {
      await rm(path)
      return abandon(name)
    }
    return partialFile(path, name)
  } catch (thrown) {
    ours.delete(name)
    throw thrown
  }

  async function partials(within: string, of: string) {
    const names = (await readdir(within)).filter((each) => each !== name && parse(each)?.hash === of)
    const found = await Promise.all(names.map((each) => look(within, each)))
    return found.filter((each) => each !== undefined)
  }
}

/** Removes what is left of unfinished downloads of these hashes, but for those being written. */
export async function removePartials(folder: string, hashes: readonly string[]): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!hashes.includes(parse(name)?.hash ?? '')) continue
    if (!(await look(folder, name))?.isLive) await rm(join(folder, name), { force: true })
  }
}

const thisHost = hostname().replaceAll(/[^\w-]/g, '_') || 'host'

function parse(name: string): { hash: string; host: string; pid: number } | undefined {
  const [hash, host, pid, , end] = name.split('.')
  return hash && host && end === 'incomplete' ? { hash, host, pid: Number(pid) } : undefined
}

async function look(folder: string, name: string) {
  const path = join(folder, name)
  const found = await stat(path).catch(() => undefined)
  return found && { name, path, size: found.size, isLive: isLive(name, found.mtimeMs) }
}

function isLive(name: string, writtenMs: number): boolean {
  const { host, pid } = parse(name)!
  if (Date.now() - writtenMs > silenceMs) return false
  if (host !== thisHost) return true
  return pid === process.pid ? ours.has(name) : isRunning(pid)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function abandon(name: string): undefined {
  ours.delete(name)
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    await utimes(to, new Date(), new Date())
    return true
  } catch {
    return false
  }
}

function partialFile(path: string, name: string): PartialFile {
  return {
    path,
    touch: () => utimes(path, new Date(), new Date()).catch(() => {}),
    release: () => void ours.delete(name),
  }
}
