import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CommandFailure, systemReason } from '../command-failure.js'

/** A picture whose kind is known. */
export interface LabelledPicture {
  /** Absolute. */
  readonly path: string
  /** As the table says it. */
  readonly name: string
  readonly label: string
  /** `query`: others of its label are looked for. `gallery`: among these. */
  readonly split: 'query' | 'gallery'
}

const columns = ['path', 'label', 'split'] as const

/**
 * Reads a table of labelled pictures: tab-separated, the first line names the columns `path`, `label` and
 * `split`, in any order and among others. Paths are relative to the folder of the table.
 * @throws CommandFailure that names the file, the line, and what was expected there
 */
export async function readLabelsTable(file: string): Promise<LabelledPicture[]> {
  const [header = '', ...lines] = (await readText(file)).replace(/^\uFEFF/, '').split(/\r?\n/)
  const names = header.split('\t').map((name) => name.trim())
  const missing = columns.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    throw new CommandFailure(
      `${file}, line 1: expected the names of columns, ${columns.join(', ')} among them, with tabs between; ` +
        `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing. It has ${names.join(', ').slice(0, 80) || 'nothing'}.`,
    )
  }
  const pictures: LabelledPicture[] = []
  const seen = new Set<string>()
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const picture = readLine(line, names, file, index + 2)
    if (seen.has(picture.path)) {
      throw new CommandFailure(
        `${file}, line ${index + 2}: ${picture.name} stands there twice. A picture is a query or in the gallery.`,
      )
    }
    seen.add(picture.path)
    pictures.push(picture)
  }
  for (const split of ['query', 'gallery'] as const) {
    if (pictures.some((picture) => picture.split === split)) continue
    throw new CommandFailure(
      `${file} has no picture whose split is ${split}. Queries are looked for in the gallery: it takes both.`,
    )
  }
  return pictures
}

function readLine(line: string, names: readonly string[], file: string, number: number): LabelledPicture {
  const fields = line.split('\t')
  const field = (name: (typeof columns)[number]) => fields[names.indexOf(name)]?.trim() ?? ''
  const [path, label, split] = columns.map(field) as [string, string, string]
  if (path === '' || label === '') {
    throw new CommandFailure(
      `${file}, line ${number}: ${path === '' ? 'path' : 'label'} is empty. Expected ${names.join(', ')} with tabs between; received ${JSON.stringify(line.slice(0, 80))}.`,
    )
  }
  if (split !== 'query' && split !== 'gallery') {
    throw new CommandFailure(
      `${file}, line ${number}: expected split to be query or gallery; received ${JSON.stringify(split.slice(0, 40))}.`,
    )
  }
  return { path: resolve(dirname(file), path), name: path, label, split }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    throw new CommandFailure(`Cannot read ${file}: ${systemReason(thrown)}.`)
  }
}
