import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Command } from 'commander'
import { corpora, writePicture } from './corpora.js'
import { benchModels } from './models.js'
import { pillowPixelsName, pixelRecipe } from './pillow-pixels.js'

const [folder] = new Command('pnpm bench pictures')
  .description(
    'Writes the pictures of the benchmark and the recipes of its models, for goldens/make-pillow-pixels.py.',
  )
  .argument('<folder>', 'where to')
  .parse().args as [string]

const scratch = mkdtempSync(join(tmpdir(), 'pixvec-bench-'))
mkdirSync(folder, { recursive: true })
const recipes: Record<string, object> = {}
for (const corpus of corpora) {
  const { path } = await writePicture(corpus, folder)
  for (const { manifest } of benchModels(scratch)) {
    const name = pillowPixelsName(corpus.id, manifest.recipe)
    recipes[name] = { picture: basename(path), recipe: pixelRecipe(manifest.recipe) }
  }
}
writeFileSync(join(folder, 'recipes.json'), `${JSON.stringify(recipes, null, 2)}\n`)
rmSync(scratch, { recursive: true, force: true })
process.stdout.write(
  `${Object.keys(recipes).length} references are wanted of ${corpora.length} pictures in ${folder}.\n`,
)
