import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { testData } from '@pixvec/core/testing'
import { photosText } from '../../scripts/drawing/recipes/classification.mjs'
import { banner, type MadeText } from './recipe-result.js'
import { docs } from './repository.js'
import type { Workspace } from './workspace.js'

/** Photos that are not ours to publish, in a folder for each kind; undefined where they are absent. */
export const photos = testData('retrieval/caltech101-dev')

const ofEachKind = 9
const labelled = 3

/** Runs the recipe's own program on photos, and says how many it names rightly. */
export async function makePhotosText({ folder, run }: Workspace, program: string): Promise<MadeText> {
  const kinds = readdirSync(photos!, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of kinds) {
    const files = readdirSync(join(photos!, name)).sort().slice(0, ofEachKind)
    for (const [i, file] of files.entries()) {
      cpSync(join(photos!, name, file), join(folder, 'kinds', `${name}-${String(i).padStart(2, '0')}.jpg`))
    }
  }
  await run('pixvec', ['embed', 'kinds', '--format', 'ndjson', '--out', 'kinds.ndjson'])
  await run(process.execPath, [program, 'kinds.ndjson', String(labelled)])
  const result = JSON.parse(readFileSync(join(folder, 'classification.json'), 'utf8'))
  return {
    textPath: join(docs, 'generated/recipes/classification-photos.md'),
    text: `${banner}\n${photosText(result)}\n`,
  }
}
