import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtInModel, describeModel } from '@pixvec/core'
import { testData } from '@pixvec/core/testing'
import { expect, test } from 'vitest'
import { docs, pixvecBin } from './harness/repository.js'

const text = readFileSync(join(docs, 'generated/models.md'), 'utf8')
const { id, revision, dimensions } = describeModel(builtInModel())

test('the table of models is of the built-in model, at each of its sizes', () => {
  expect(text).toContain(`The built-in model is \`${id}\`, revision \`${revision}\`.`)
  for (const dimension of dimensions) expect(text).toContain(`| \`${id}\` | ${dimension} |`)
})

const photos = testData('retrieval/caltech101-dev')
test.skipIf(!photos)(
  'the table of models shows the figures that pixvec eval gives (needs retrieval/caltech101-dev)',
  () => {
    const words = [pixvecBin, 'eval', join(photos!, 'labels.tsv'), '--format', 'json']
    const { dimension, metrics } = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }))
    const row = text.split('\n').find((line) => line.startsWith(`| \`${id}\` | ${dimension} |`))!
    const shown = row.split('|').slice(3, 6).map(Number)
    // Another processor may round a sum otherwise, and two pictures change places.
    for (const [index, name] of ['P@1', 'P@5', 'mAP@20'].entries()) {
      expect(Math.abs(shown[index]! - metrics[name]), name).toBeLessThan(1)
    }
  },
  180_000,
)
