import type { NewPicture } from '../state/pictures.js'

/** Files of an input or of the clipboard. */
export function fromFiles(files: Iterable<File>): NewPicture[] {
  return [...files].map((file) => ({ name: file.name || 'pasted picture', load: async () => file }))
}

/**
 * What was dropped, with folders searched below. Files of a folder that are no pictures by their type are left out:
 * nobody chose them one by one.
 * @returns the pictures, in the order of their names within each folder
 */
export async function fromDrop(transfer: DataTransfer): Promise<NewPicture[]> {
  // All entries at once: the list is gone after the first wait.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0) return fromFiles(transfer.files)
  const found = await Promise.all(entries.map((entry) => filesBelow(entry, false)))
  return fromFiles(found.flat())
}

async function filesBelow(entry: FileSystemEntry, isInFolder: boolean): Promise<File[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    return isInFolder && !file.type.startsWith('image/') ? [] : [file]
  }
  const entries = await entriesOf(entry as FileSystemDirectoryEntry)
  const found: File[] = []
  for (const below of entries) found.push(...(await filesBelow(below, true)))
  return found
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const entries: FileSystemEntry[] = []
  for (;;) {
    // A hundred at a time, until none come.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) break
    entries.push(...some)
  }
  return entries.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}
