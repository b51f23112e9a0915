import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createEmbedder } from '../src/embedder.js'
import { ModelManifest } from '../src/models/manifest.js'
import { readPreprocessorConfig } from '../src/models/preprocessor-config.js'
import { testModel } from '../src/testing/test-data.js'

/**
 * Made by Pillow 12.3.0, numpy 2.4.6 and onnxruntime 1.30.0 with goldens/make-reference-vectors.py.
 * The pixels are the same bits; the tolerance is for the order of sums on another processor.
 */
const goldens: {
  model: string
  sha256: string
  input: string
  output: string
  vectors: Record<string, string>
}[] = JSON.parse(readFileSync(new URL('goldens/reference-vectors.json', import.meta.url), 'utf8'))
const tolerance = 1e-5

const samples = new URL('../../../apps/server/samples/', import.meta.url)

describe('a published encoder, from preprocessor_config.json to vector', () => {
  for (const golden of goldens) {
    const folder = testModel(golden.model)

    it.skipIf(!folder)(
      `${golden.model} gives the vectors of Pillow and onnxruntime in Python (needs its files)`,
      async () => {
        const embedder = await createEmbedder({ model: bundleOf(folder!, golden) })
        try {
          for (const [name, encoded] of Object.entries(golden.vectors)) {
            const expected = float32Of(encoded)
            const { vector } = await embedder.embed({ image: readFileSync(new URL(name, samples)) })
            const farthest = vector.reduce(
              (most, value, i) => Math.max(most, Math.abs(value - expected[i]!)),
              0,
            )
            const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
            expect(vector).toHaveLength(expected.length)
            expect(farthest / largest).toBeLessThan(tolerance)
          }
        } finally {
          await embedder.close()
        }
      },
      60_000,
    )
  }
})

function bundleOf(folder: string, { model, sha256, input, output, vectors }: (typeof goldens)[number]) {
  const config = JSON.parse(readFileSync(join(folder, 'preprocessor_config.json'), 'utf8'))
  const processor = readPreprocessorConfig(config)
  const length = float32Of(Object.values(vectors)[0]!).length
  const manifest = ModelManifest.parse({
    id: model,
    file: 'model.onnx',
    sha256,
    licence: 'see its card',
    input: { name: input, ...processor.input },
    output: { name: output, length },
    dimensions: [length],
    tokens: { input: 1, output: 1 },
    recipe: processor.recipe,
  })
  return { manifest, path: join(folder, manifest.file) }
}

function float32Of(encoded: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(encoded, 'base64')).buffer)
}
