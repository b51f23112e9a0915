import { stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'

/** One image to embed: a path, or `-` for standard input. */
export type Input = string

export interface Inputs {
  /** In the order of the arguments; within a folder or pattern by name. None twice. */
  readonly files: readonly Input[]
  /** Arguments that name nothing, and why. */
  readonly failures: readonly { readonly file: string; readonly error: string }[]
  /** One argument that is one image: its answer needs no list. */
  readonly isSingle: boolean
}

const extensions = ['jpg', 'jpeg', 'jpe', 'jfif', 'png', 'webp', 'gif', 'avif', 'tif', 'tiff']

/**
 * Arguments of the command → files. A folder gives the images in it and below, told by their
 * extension; a pattern gives every file that it matches.
 */
export async function findInputs(targets: readonly string[]): Promise<Inputs> {
  const files = new Set<Input>()
  const failures: { file: string; error: string }[] = []
  let isSingle = targets.length === 1
  for (const target of targets) {
    const kind = await kindOf(target)
    isSingle &&= kind === 'file'
    if (kind === 'file') {
      files.add(target)
      continue
    }
    const found = kind === 'folder' ? await imagesIn(target) : kind === 'pattern' ? await matches(target) : []
    if (found.length === 0) failures.push({ file: target, error: nothing[kind] })
    for (const file of found) files.add(file)
  }
  return { files: [...files], failures, isSingle }
}

type Kind = 'file' | 'folder' | 'pattern' | 'missing'

const nothing: Readonly<Record<Exclude<Kind, 'file'>, string>> = {
  folder: `no images in this folder (looked for ${extensions.join(', ')})`,
  pattern: 'no file matches this pattern',
  missing: 'no such file or folder',
}

/** A file whose name looks like a pattern, `photo[1].jpg`, is that file. */
async function kindOf(target: string): Promise<Kind> {
  if (target === '-') return 'file'
  const found = await stat(target).catch(() => undefined)
  if (found) return found.isDirectory() ? 'folder' : 'file'
  return isDynamicPattern(target) ? 'pattern' : 'missing'
}

async function imagesIn(folder: string): Promise<string[]> {
  const names = await glob(`**/*.{${extensions.join(',')}}`, {
    cwd: folder,
    caseSensitiveMatch: false,
    expandDirectories: false,
  })
  return names.sort().map((name) => join(folder, name))
}

async function matches(pattern: string): Promise<string[]> {
  return (await glob(pattern, { expandDirectories: false, absolute: isAbsolute(pattern) })).sort()
}
