import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelManifest } from '@pixvec/core'
import { z } from 'zod'
import { onDisk } from './download-blob.js'
import { ModelFailure } from './model-failure.js'

const Source = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('hub'),
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    /** What was asked for when it was pulled first. */
    revision: z.string(),
    /** What that was then, and stays. */
    commit: z.string().regex(/^[0-9a-f]{40}$/),
  }),
  z.strictObject({ kind: z.literal('folder'), path: z.string() }),
])

const LockedFile = z.strictObject({
  /** In the repository, or in the folder. */
  path: z.string(),
  size: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Its name among the files of the cache, for those of a hub. */
  blob: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .optional(),
})
export type LockedFile = z.infer<typeof LockedFile>

/**
 * A model that is here: where it came from, what each file hashes to, and how it is run. It is written
 * last, in one step, so a model that has one is whole.
 */
export const LockFile = z.strictObject({
  lockVersion: z.literal(1),
  source: Source,
  files: z.array(LockedFile).min(1),
  /** The ONNX file among them. */
  model: z.string(),
  manifest: ModelManifest,
})
export type LockFile = z.infer<typeof LockFile>

/** @throws ModelFailure when there is one and it cannot be read */
export async function readLock(models: string, id: string): Promise<LockFile | undefined> {
  const path = lockPath(models, id)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
  const parsed = LockFile.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ModelFailure(
    'unusable',
    `${path} is not a lock file of this version (${issue!.path.join('.')}: ${issue!.message}). Remove it and pull again.`,
  )
}

export async function writeLock(models: string, lock: LockFile): Promise<void> {
  const path = lockPath(models, lock.manifest.id)
  const draft = `${path}.${randomBytes(4).toString('hex')}.tmp`
  await onDisk(async () => {
    await mkdir(models, { recursive: true })
    try {
      await writeFile(draft, `${JSON.stringify(lock, null, 2)}\n`)
      await rename(draft, path)
    } finally {
      await rm(draft, { force: true })
    }
  })
}

export async function removeLock(models: string, id: string): Promise<void> {
  await rm(lockPath(models, id), { force: true })
}

/** Ids of the models that are here, sorted. */
export async function lockedIds(models: string): Promise<string[]> {
  const names = await readdir(models).catch(() => [])
  return names
    .filter((name) => name.endsWith(lockEnd))
    .map((name) => name.slice(0, -lockEnd.length))
    .sort()
}

/** What may be the id of a model, and so the name of a file. */
export const modelIdPattern = /^[A-Za-z0-9][\w.-]{0,99}$/

const lockEnd = '.lock.json'

function lockPath(models: string, id: string): string {
  if (!modelIdPattern.test(id)) {
    throw new ModelFailure(
      'unusable',
      `${JSON.stringify(id)} cannot be the id of a model: letters, digits, dots, dashes and underscores, at most 100.`,
    )
  }
  return join(models, `${id}${lockEnd}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
