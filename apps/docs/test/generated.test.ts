import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { generatedFiles, generatedPath } from '../scripts/generate/generated-files.mjs'

test('the generated parts are what `pnpm generate` would write now', async () => {
  for (const [name, content] of await generatedFiles()) {
    expect(await readFile(generatedPath(name), 'utf8'), name).toBe(content)
  }
  // It starts the command for every page of help, and the machine may be busy.
}, 120_000)
