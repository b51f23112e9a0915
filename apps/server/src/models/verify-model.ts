import { join } from 'node:path'
import { hashesOf } from './download-blob.js'
import { hubCache } from './hub-cache.js'
import type { HubSettings } from './hub-settings.js'
import type { LockedFile, LockFile } from './lock-file.js'

/** Where a locked file is. */
export function placeOf({ source }: LockFile, path: string, { cache }: Pick<HubSettings, 'cache'>): string {
  if (source.kind === 'folder') return join(source.path, path)
  return hubCache(cache, source.repository).pathOf(source.commit, path)
}

/**
 * Reads every file of a model and compares it with the lock.
 * @returns the files that are missing or another
 */
export async function checkModel(
  lock: LockFile,
  settings: Pick<HubSettings, 'cache'>,
): Promise<LockedFile[]> {
  const wrong: LockedFile[] = []
  for (const file of lock.files) {
    const found = await hashesOf(placeOf(lock, file.path, settings), file.size)
    if (found?.sha256 !== file.sha256) wrong.push(file)
  }
  return wrong
}
