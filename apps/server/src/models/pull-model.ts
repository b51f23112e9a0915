import { readFile, statfs } from 'node:fs/promises'
import { dirname, posix } from 'node:path'
import {
  type CatalogueEntry,
  checkedRelative,
  describeEncoder,
  type EncoderFacts,
  readOnnxGraph,
  readPreprocessorConfig,
} from '@pixvec/core'
import { type DownloadOptions, downloadBlob, onDisk, type StatedFile } from './download-blob.js'
import { hubCache } from './hub-cache.js'
import { stopped } from './hub-fetch.js'
import { type HubRepository, openHubRepository } from './hub-repository.js'
import type { HubSettings } from './hub-settings.js'
import { type LockedFile, type LockFile, readLock, writeLock } from './lock-file.js'
import { megabytes } from './megabytes.js'
import { ModelFailure } from './model-failure.js'
import { checkModel } from './verify-model.js'

/** What is pulled: an entry of the catalogue, or what a person said of a repository. */
export type PullSource = Pick<CatalogueEntry, 'repository' | 'revision' | 'file' | 'processor'> & {
  readonly id: string
  /** What the graph must give; undefined: whatever it gives. */
  readonly length?: number
  /** Without a licence the one that the repository states. */
  readonly facts: EncoderFacts
}

export interface PullOptions {
  readonly source: PullSource
  readonly settings: HubSettings
  /** Branch, tag or commit. @default the locked commit, else the source's revision */
  readonly revision?: string | undefined
  readonly signal: AbortSignal
  readonly report?: PullReport
  /** Tests inject them. */
  readonly wait?: (ms: number) => Promise<unknown>
  readonly freeBytes?: (folder: string) => Promise<number>
  readonly openFile?: DownloadOptions['openFile']
  readonly stallMs?: number
}

/** Told how a pull goes. */
export interface PullReport {
  /** A file begins, of so many bytes. */
  file(path: string, size: number): void
  progress(bytes: number): void
  /** Another process downloads the same file. */
  waiting(path: string): void
}

const silent: PullReport = { file() {}, progress() {}, waiting() {} }

/** The entry of a catalogue as something to pull. */
export function catalogueSource(entry: CatalogueEntry): PullSource {
  const { id, repository, revision, file, processor, input, output, pool, length, licence, tokens } = entry
  const facts = {
    id,
    licence,
    tokens,
    length,
    dimensions: [...entry.dimensions],
    ...(input && { input }),
    ...(output && { output }),
    ...(pool && { pool }),
  }
  return { id, repository, revision, file, processor, length, facts }
}

/**
 * Brings a model here: resolves the commit, downloads its files, checks each against the hash that the
 * hub states and against the lock of an earlier pull, describes the encoder, and locks it. The lock is
 * written last: until then the model is not here.
 * @throws ModelFailure
 */
export async function pullModel(options: PullOptions): Promise<{ lock: LockFile; wasHere: boolean }> {
  const { source, settings, signal } = options
  const locked = await readLock(settings.models, source.id)
  checkSameSource(locked, source)
  if (
    locked &&
    isSameRevision(locked, options.revision) &&
    (await checkModel(locked, settings)).length === 0
  ) {
    return { lock: locked, wasHere: true }
  }
  if (settings.isOffline) {
    throw new ModelFailure(
      'offline',
      `HF_HUB_OFFLINE is set, so nothing is pulled: ${source.id} is not (wholly) here. Unset it to pull.`,
    )
  }
  try {
    return { lock: await pull(options, locked), wasHere: false }
  } catch (thrown) {
    if (signal.aborted) throw stopped()
    throw thrown
  }
}

async function pull(options: PullOptions, locked: LockFile | undefined): Promise<LockFile> {
  const { source, settings, signal, report = silent } = options
  const { repository, processor } = source
  const hub = openHubRepository({
    endpoint: settings.endpoint,
    token: settings.token,
    repository,
    signal,
    ...(options.wait && { wait: options.wait }),
  })
  const cache = hubCache(settings.cache, repository)
  const revision = options.revision ?? lockedCommit(locked) ?? source.revision
  const commit = await hub.commitOf(revision)
  checkCommit(locked, commit, source.id)
  await cache.prepare()

  const files: LockedFile[] = []
  const bring = async (paths: readonly string[]) => {
    const stated = await hub.stated(commit, paths)
    for (const file of stated) checkStated(locked, file, source.id)
    await checkFreeSpace(stated, cache.blobs, options)
    for (const file of stated) files.push(await bringFile(file, commit, hub, cache, options, report))
  }
  const configuration = 'preprocessor_config.json'
  await bring([...(processor === 'repository' ? [configuration] : []), source.file])
  const path = cache.pathOf(commit, source.file)
  const besides = await unusable(() => readOnnxGraph(path).externalFiles.map(checkedRelative))
  if (besides.length > 0) await bring(besides.map((name) => posix.join(posix.dirname(source.file), name)))

  const licence = source.facts.licence ?? (await hub.licence()) ?? 'not stated'
  const recipe = processor === 'repository' ? await readJson(cache.pathOf(commit, configuration)) : processor
  const described = await unusable(() =>
    describeEncoder({
      path,
      processor: readPreprocessorConfig(recipe),
      facts: { ...source.facts, id: source.id, licence },
      factsFile: 'the options of `pixvec models add`',
      mayLinkOutside: true,
    }),
  )
  checkLength(described.manifest.output.length, source)
  const lock: LockFile = {
    lockVersion: 1,
    source: { kind: 'hub', repository, revision: options.revision ?? source.revision, commit },
    files,
    model: source.file,
    manifest: described.manifest,
  }
  checkHashes(locked, lock)
  await cache.pointRef(lock.source.kind === 'hub' ? lock.source.revision : commit, commit)
  await writeLock(settings.models, locked ? { ...lock, source: locked.source } : lock)
  return lock
}

async function bringFile(
  file: StatedFile,
  commit: string,
  hub: HubRepository,
  cache: ReturnType<typeof hubCache>,
  { signal, wait, openFile, stallMs }: PullOptions,
  report: PullReport,
): Promise<LockedFile> {
  report.file(file.path, file.size)
  const { path, sha256 } = await downloadBlob({
    file,
    url: () => hub.addressOf(commit, file.path),
    blobs: cache.blobs,
    fetch: hub.fetch,
    signal,
    onProgress: report.progress,
    onWaiting: () => report.waiting(file.path),
    ...(wait && { wait }),
    ...(openFile && { openFile }),
    ...(stallMs && { stallMs }),
  })
  await cache.show(commit, file.path, path)
  return { path: file.path, size: file.size, sha256, blob: file.hash.hex }
}

async function checkFreeSpace(
  files: readonly StatedFile[],
  folder: string,
  { freeBytes = freeBytesOf }: PullOptions,
): Promise<void> {
  const needed = files.reduce((sum, { size }) => sum + size, 0)
  const free = await freeBytes(folder)
  // A little more: the disk of a machine that runs should not be filled to its last byte.
  if (free >= needed + 50_000_000) return
  throw new ModelFailure(
    'disk-full',
    `Needs ${megabytes(needed)} in ${dirname(folder)}, and ${megabytes(free)} are free. Make room, or set HF_HOME to a folder on another disk.`,
  )
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await onDisk(() => statfs(folder))
  return bavail * bsize
}

function checkSameSource(locked: LockFile | undefined, { id, repository }: PullSource): void {
  if (!locked || (locked.source.kind === 'hub' && locked.source.repository === repository)) return
  const from = locked.source.kind === 'hub' ? locked.source.repository : locked.source.path
  throw new ModelFailure(
    'locked',
    `${id} is here already and comes from ${from}, not from ${repository}. Remove it first: pixvec models remove ${id}`,
  )
}

const lockedCommit = (locked: LockFile | undefined) =>
  locked?.source.kind === 'hub' ? locked.source.commit : undefined

function isSameRevision(locked: LockFile, revision: string | undefined): boolean {
  if (revision === undefined || locked.source.kind !== 'hub') return true
  return revision === locked.source.commit
}

function checkCommit(locked: LockFile | undefined, commit: string, id: string): void {
  const before = lockedCommit(locked)
  if (before === undefined || before === commit) return
  throw new ModelFailure(
    'locked',
    `${id} is locked to commit ${before}, and what was asked for is commit ${commit}. Vectors of the two may differ. ` +
      `To change it: pixvec models remove ${id}, then pull again, then embed all pictures again.`,
  )
}

function checkStated(locked: LockFile | undefined, { path, hash, size }: StatedFile, id: string): void {
  const before = locked?.files.find((file) => file.path === path)
  if (!before || (before.size === size && before.blob === hash.hex)) return
  throw new ModelFailure(
    'locked',
    `${id}: the hub states another ${path} at the same commit than was locked (${before.blob} then, ${hash.hex} now). ` +
      'Nothing is changed here. Find out why before you remove the lock.',
  )
}

function checkHashes(locked: LockFile | undefined, { files, manifest }: LockFile): void {
  for (const { path, sha256 } of files) {
    const before = locked?.files.find((file) => file.path === path)
    if (!before || before.sha256 === sha256) continue
    throw new ModelFailure(
      'locked',
      `${manifest.id}: ${path} is not the file that was locked. Nothing is changed.`,
    )
  }
}

function checkLength(found: number, { id, length }: PullSource): void {
  if (length === undefined || length === found) return
  throw new ModelFailure(
    'unusable',
    `${id}: the catalogue says ${length} numbers, and the model gives ${found}.`,
  )
}

/** What core says against a model, as a failure of the pull. */
async function unusable<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new ModelFailure('unusable', (cause as Error).message, { cause })
  }
}

async function readJson(path: string): Promise<unknown> {
  return unusable(async () => JSON.parse(await readFile(path, 'utf8')))
}
