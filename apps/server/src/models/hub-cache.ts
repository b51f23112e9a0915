import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { onDisk } from './download-blob.js'
import { removePartials } from './partial-file.js'

/**
 * One repository in the cache that the tools of Hugging Face share: `blobs/` holds files by their hash,
 * `snapshots/<commit>/` shows them under their names, `refs/` says which commit a branch was.
 * @source huggingface.co/docs/huggingface_hub, guides/manage-cache
 */
export function hubCache(cache: string, repository: string) {
  const root = join(cache, `models--${repository.replaceAll('/', '--')}`)
  const blobs = join(root, 'blobs')
  const pathOf = (commit: string, path: string) => join(root, 'snapshots', commit, path)

  return {
    blobs,
    pathOf,

    async prepare(): Promise<void> {
      await onDisk(() => mkdir(blobs, { recursive: true }))
    },

    /** Shows a blob under its name, in one step. */
    async show(commit: string, path: string, blob: string): Promise<void> {
      const place = pathOf(commit, path)
      const draft = `${place}.${randomBytes(4).toString('hex')}.tmp`
      await onDisk(async () => {
        await mkdir(dirname(place), { recursive: true })
        try {
          await symlink(relative(dirname(place), blob), draft)
        } catch {
          // Systems that let nobody make links: the cache of Hugging Face holds copies there.
          await copyFile(blob, draft)
        }
        await rename(draft, place)
      })
    },

    async pointRef(revision: string, commit: string): Promise<void> {
      if (revision === commit || !/^[\w.-]+$/.test(revision)) return
      await onDisk(async () => {
        await mkdir(join(root, 'refs'), { recursive: true })
        await writeFile(join(root, 'refs', revision), commit)
      })
    },

    /** Takes files of a commit away, and their blobs where nothing else shows them. */
    async remove(
      commit: string,
      files: readonly { path: string; blob?: string | undefined }[],
    ): Promise<void> {
      for (const { path } of files) await rm(pathOf(commit, path), { force: true })
      const shown = await shownBlobs(join(root, 'snapshots'))
      const own = files.flatMap(({ blob }) => blob ?? [])
      const unused = own.filter((blob) => !shown.has(blob))
      for (const blob of unused) await rm(join(blobs, blob), { force: true })
      await removePartials(blobs, own)
    },
  }
}

/** Names of all blobs that any snapshot shows. */
async function shownBlobs(snapshots: string): Promise<Set<string>> {
  const shown = new Set<string>()
  const entries = await readdir(snapshots, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isSymbolicLink()) continue
    shown.add(basename(await readlink(join(entry.parentPath, entry.name))))
  }
  return shown
}
