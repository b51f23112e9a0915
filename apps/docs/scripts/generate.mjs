// Writes generated/*.md from what the code says of itself. `pnpm generate` needs a built workspace.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { generatedFiles, generatedPath } from './generate/generated-files.mjs'

for (const [name, content] of await generatedFiles()) {
  const path = generatedPath(name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}
