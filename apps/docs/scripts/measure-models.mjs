// Measures the built-in model and two public encoders on photos of 30 kinds, and writes generated/models.md.
// Needs the photos and the encoders, which are not ours to publish: see CONTRIBUTING.md. Minutes of both cores.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { availableCores, builtInModel, openModelFolder, sizeOf } from '@pixvec/core'
import { testData, testModel } from '@pixvec/core/testing'
import { modelsText } from './measuring/models-text.mjs'

const bin = fileURLToPath(new URL('../../server/bin/pixvec.js', import.meta.url))
const run = promisify(execFile)

/** What the folders of the encoders do not tell themselves. */
const encoders = {
  'vit-tiny-patch16-224': { output: 'cls', licence: 'not stated', tokens: 196 },
  'mobilenetv2-features': { licence: 'Apache-2.0', tokens: 49 },
}

const photos = testData('retrieval/caltech101-dev')
const missing = Object.keys(encoders).filter((name) => !testModel(name))
if (!photos || missing.length > 0) {
  const needed = [...(photos ? [] : ['retrieval/caltech101-dev']), ...missing]
  throw new Error(`Needs ${needed.join(', ')} in PIXVEC_TEST_DATA or PIXVEC_TEST_MODELS, or in ../shared.`)
}

const links = mkdtempSync(join(tmpdir(), 'pixvec-measure-'))
const load = loadavg()[0]
try {
  const builtIn = builtInModel()
  const rows = []
  for (const dimension of builtIn.manifest.dimensions) rows.push(await measure(builtIn, [], dimension))
  for (const [name, facts] of Object.entries(encoders)) {
    const folder = ownFolder(name, facts)
    rows.push(await measure(await openModelFolder(folder), ['--model', folder]))
  }
  const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: availableCores(), load }
  await writeFile(new URL('../generated/models.md', import.meta.url), modelsText({ rows, machine }))
} finally {
  rmSync(links, { recursive: true })
}

/**
 * One line of the table, by the command that users have.
 * @param {import('@pixvec/core').ModelBundle} bundle
 * @param {readonly string[]} words
 * @param {number} [dimension]
 */
async function measure(bundle, words, dimension) {
  const size = dimension === undefined ? [] : ['--dimension', String(dimension)]
  const table = join(/** @type {string} */ (photos), 'labels.tsv')
  process.stderr.write(`pixvec eval ${bundle.manifest.id} ${size.join(' ')}\n`)
  const { stdout } = await run(process.execPath, [bin, 'eval', table, '--format', 'json', ...words, ...size])
  return { evaluation: JSON.parse(stdout), bytes: sizeOf(bundle), manifest: bundle.manifest }
}

/**
 * The encoder as a folder of one's own: its files as links, and a pixvec.json beside them.
 * @param {string} name
 * @param {object} facts
 */
function ownFolder(name, facts) {
  const folder = mkdtempSync(join(links, `${name}-`))
  for (const file of ['model.onnx', 'preprocessor_config.json']) {
    symlinkSync(join(/** @type {string} */ (testModel(name)), file), join(folder, file))
  }
  writeFileSync(join(folder, 'pixvec.json'), JSON.stringify({ id: name, ...facts }))
  return folder
}
