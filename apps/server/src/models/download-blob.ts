import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemReason } from '../command-failure.js'
import { backoffMs, stopped } from './hub-fetch.js'
import { ModelFailure } from './model-failure.js'
import { claimPartial, type PartialFile } from './partial-file.js'

/** What the hub states of a file: SHA-256 of those in its large store, git's hash of the others. */
export interface StatedFile {
  /** Path in the repository. */
  readonly path: string
  readonly size: number
  readonly hash: { readonly kind: 'sha256' | 'git'; readonly hex: string }
}

export interface DownloadOptions {
  readonly file: StatedFile
  /** Where it is downloaded from. Not asked when the file is here. */
  readonly url: () => Promise<string>
  /** Folder of the cache that holds files by their hash. */
  readonly blobs: string
  readonly fetch: typeof fetch
  readonly signal: AbortSignal
  /** Told how many bytes of the file are here. */
  readonly onProgress?: (bytes: number) => void
  /** Told once when another process downloads the same file, and this one waits for it. */
  readonly onWaiting?: () => void
  /** Tries in a row that bring nothing. @default 5 */
  readonly tries?: number
  /** Time without a byte after which a connection counts as cut, in milliseconds. @default 60_000 */
  readonly stallMs?: number
  readonly wait?: (ms: number) => Promise<unknown>
  /** Opens the unfinished file; tests give a disk that is full. */
  readonly openFile?: typeof open
}

/**
 * Brings a file of the hub into the cache. Goes on where an earlier try ended, tries again when the
 * connection is cut, and puts the file into its place only when its hash is the one that the hub states.
 * @returns its absolute path and its SHA-256
 * @throws ModelFailure
 */
export async function downloadBlob(options: DownloadOptions): Promise<{ path: string; sha256: string }> {
  const { file, blobs, signal } = options
  const wait = options.wait ?? ((ms: number) => sleep(ms, undefined, { signal }))
  const place = join(blobs, file.hash.hex)
  for (let hasWaited = false; ; hasWaited = true) {
    const here = await hashesOf(place, file.size)
    if (here && here[file.hash.kind] === file.hash.hex) {
      options.onProgress?.(file.size)
      return { path: place, sha256: here.sha256 }
    }
    const partial = await onDisk(() => claimPartial(blobs, file.hash.hex))
    if (partial) {
      try {
        // Another process may have put it there between the two looks.
        const there = await hashesOf(place, file.size)
        if (there?.[file.hash.kind] !== file.hash.hex) {
          return { path: place, sha256: await download(partial, place, { ...options, wait }) }
        }
        await rm(partial.path, { force: true })
      } finally {
        partial.release()
      }
    }
    if (partial) continue
    if (signal.aborted) throw stopped()
    if (!hasWaited) options.onWaiting?.()
    await wait(500)
  }
}

async function download(
  partial: PartialFile,
  place: string,
  options: DownloadOptions & { readonly wait: (ms: number) => Promise<unknown> },
): Promise<string> {
  const { file } = options
  for (let isSecond = false; ; isSecond = true) {
    const resumed = await fill(partial, options)
    const found = await hashesOf(partial.path, file.size)
    if (found?.[file.hash.kind] === file.hash.hex) {
      await onDisk(() => rename(partial.path, place))
      return found.sha256
    }
    await rm(partial.path, { force: true })
    // The part that was here already may have been the wrong one.
    if (resumed && !isSecond) continue
    throw new ModelFailure(
      'wrong-hash',
      `${file.path}: what came is not what the hub states: expected ${file.hash.kind} ${file.hash.hex}, ` +
        `received ${found?.[file.hash.kind] ?? 'a file of another size'}. It was thrown away. A proxy or a mirror may have changed it.`,
    )
  }
}

/**
 * Writes what is missing.
 * @returns whether something was here before
 */
async function fill(
  partial: PartialFile,
  options: DownloadOptions & { readonly wait: (ms: number) => Promise<unknown> },
): Promise<boolean> {
  const { file, tries = 5, signal } = options
  const handle = await onDisk(() => (options.openFile ?? open)(partial.path, 'a'))
  try {
    const begun = (await handle.stat()).size
    let have = begun > file.size ? 0 : begun
    for (let failures = 0; have < file.size; ) {
      const before = have
      const outcome = await append(handle, before, options)
      have = outcome.have
      if (have >= file.size) break
      if (signal.aborted) throw stopped()
      // A connection that brings something is worth another try, however often it is cut.
      failures = have > before ? 1 : failures + 1
      if (failures >= tries) {
        throw new ModelFailure(
          'cut',
          `${file.path}: the connection was cut ${failures} times in a row, at ${have} of ${file.size} bytes. ` +
            'What has come is kept: the next pull goes on from there.',
          { cause: outcome.cause },
        )
      }
      await partial.touch()
      await options.wait(backoffMs(failures))
    }
    await onDisk(() => handle.sync())
    return begun > 0
  } finally {
    await handle.close()
  }
}

interface Appended {
  /** Bytes in the file; more than it should have when the hub sends too many. */
  readonly have: number
  readonly cause?: unknown
}

/** One connection. Appends from `have` on until the file is whole or the connection ends. */
async function append(handle: FileHandle, have: number, options: DownloadOptions): Promise<Appended> {
  const { file, url, stallMs = 60_000, onProgress } = options
  const controller = new AbortController()
  const response = await options.fetch(await url(), {
    headers: have > 0 ? { Range: `bytes=${have}-` } : {},
    signal: controller.signal,
  })
  // Who ignores the range sends all; 416 means that what is here is no beginning of it.
  const isRest = response.status === 206 && rangeBegin(response) === have
  if (!isRest) {
    have = 0
    await onDisk(() => handle.truncate(0))
  }
  const abort = () => controller.abort()
  let timer = setTimeout(abort, stallMs)
  try {
    if (response.status === 416) return { have: 0, cause: new Error('HTTP 416') }
    if (response.body) {
      for await (const chunk of response.body) {
        clearTimeout(timer)
        await onDisk(() => write(handle, chunk))
        have += chunk.length
        if (have > file.size) break
        onProgress?.(have)
        timer = setTimeout(abort, stallMs)
      }
    }
  } catch (cause) {
    if (cause instanceof ModelFailure) throw cause
    return { have, cause }
  } finally {
    clearTimeout(timer)
    abort()
  }
  return { have }
}

function rangeBegin({ headers }: Response): number {
  return Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? Number.NaN)
}

async function write(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    done += (await handle.write(chunk, done, chunk.length - done)).bytesWritten
  }
}

/** Both hashes of a file, read once; undefined when it is not there or has another size. */
export async function hashesOf(
  path: string,
  size: number,
): Promise<{ sha256: string; git: string } | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile() || found.size !== size) return undefined
  const sha256 = createHash('sha256')
  // What git calls a blob. @source git-scm.com/book, Git Objects
  const git = createHash('sha1').update(`blob ${size}\0`)
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
    sha256.update(chunk)
    git.update(chunk)
  }
  return { sha256: sha256.digest('hex'), git: git.digest('hex') }
}

/** Says what a disk refuses. */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined || cause instanceof ModelFailure) throw cause
    const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
    const advice = isFull
      ? 'Make room, or set HF_HOME to a folder on another disk. What has come is kept.'
      : 'HF_HOME says where models are kept.'
    throw new ModelFailure(
      isFull ? 'disk-full' : 'disk',
      `Cannot write the model: ${systemReason(cause)}. ${advice}`,
      {
        cause,
      },
    )
  }
}
