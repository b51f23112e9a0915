import { describe, expect, it } from 'vitest'
import { builtInModel } from '../models/load-model.js'
import { backendContract } from '../testing/backend-contract.js'
import { fakeBackend } from '../testing/fake-backend.js'
import { createOnnxBackend } from './onnx-backend.js'

const model = builtInModel()
const { width, height } = model.manifest.input

describe('the fake backend', () => {
  for (const { name, run } of backendContract(fakeBackend(), model)) it(name, run)
})

describe('the ONNX backend', () => {
  for (const { name, run } of backendContract(createOnnxBackend, model)) it(name, run)

  it('gives unit vectors, bit for bit the same at batch sizes 1 to 8', async () => {
    const backend = await createOnnxBackend({ model, intraOpThreads: 2 })
    const picture = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7) & 255)
    const bits = new Set<string>()
    for (let size = 1; size <= 8; size++) {
      const vectors = await backend.run(Array.from({ length: size }, () => picture))
      for (const vector of vectors) bits.add(Buffer.from(Float32Array.from(vector).buffer).toString('hex'))
      expect(Math.hypot(...vectors[0]!)).toBeCloseTo(1, 5)
    }
    await backend.close()
    expect(bits.size).toBe(1)
  })

  it('names a damaged model file', async () => {
    const damaged = { ...model, manifest: { ...model.manifest, sha256: '0'.repeat(64) } }
    await expect(createOnnxBackend({ model: damaged, intraOpThreads: 1 })).rejects.toThrow(
      /damaged or another.*SHA-256/,
    )
  })

  it('names a missing model file', async () => {
    const missing = { ...model, path: `${model.path}.missing` }
    await expect(createOnnxBackend({ model: missing, intraOpThreads: 1 })).rejects.toThrow(/ENOENT.*missing/)
  })

  it('names an input that the graph does not have', async () => {
    const manifest = { ...model.manifest, input: { ...model.manifest.input, name: 'pixel_values' } }
    await expect(createOnnxBackend({ model: { ...model, manifest }, intraOpThreads: 1 })).rejects.toThrow(
      'The model has no input pixel_values; it has image.',
    )
  })

  it('names an output of another length than the manifest says', async () => {
    const manifest = { ...model.manifest, output: { ...model.manifest.output, length: 512 } }
    await expect(createOnnxBackend({ model: { ...model, manifest }, intraOpThreads: 1 })).rejects.toThrow(
      'The model answered float32[1, 1024]; its manifest says float32[1, 512].',
    )
  })
})
