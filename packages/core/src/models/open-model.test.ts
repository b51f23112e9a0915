import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createOnnxBackend } from '../inference/onnx-backend.js'
import { type TinyModelOptions, tinyModel } from '../testing/tiny-model.js'
import { describeModel } from './load-model.js'
import { openModelFolder } from './open-model.js'

const processor = {
  size: { height: 8, width: 8 },
  resample: 2,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
}

function folderOf(options: TinyModelOptions = {}, facts?: object, config: object = processor): string {
  const folder = mkdtempSync(join(tmpdir(), 'pixvec-own-'))
  const { model, data } = tinyModel(options)
  writeFileSync(join(folder, 'model.onnx'), model)
  if (options.dataFile) writeFileSync(join(folder, options.dataFile), data)
  writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify(config))
  if (facts) writeFileSync(join(folder, 'pixvec.json'), JSON.stringify(facts))
  return folder
}

/** What the model answers to a grey picture. */
async function vectorOf(folder: string): Promise<Float32Array> {
  const model = await openModelFolder(folder)
  const backend = await createOnnxBackend({ model, intraOpThreads: 1 })
  try {
    const [vector] = await backend.run([new Float32Array(3 * 8 * 8).fill(0.5)])
    return vector!
  } finally {
    await backend.close()
  }
}

describe('openModelFolder', () => {
  it('takes model and recipe as they are, and the length of the vector as the only dimension', async () => {
    const folder = folderOf()
    const info = describeModel(await openModelFolder(folder))
    expect(info).toMatchObject({
      dimensions: [16],
      defaultDimension: 16,
      inputSize: 8,
      licence: 'not stated',
    })
    expect(folder.endsWith(info.id)).toBe(true)
    expect(await vectorOf(folder)).toHaveLength(16)
  })

  it('takes what pixvec.json says', async () => {
    const facts = { id: 'mine', output: 'cls', dimensions: { 8: null, 16: null }, licence: 'MIT', tokens: 4 }
    const info = describeModel(await openModelFolder(folderOf({ outputs: ['cls', 'mean'] }, facts)))
    expect(info).toMatchObject({ id: 'mine', dimensions: [8, 16], licence: 'MIT', inputTokens: 4 })
  })

  it('runs a model whose weights lie in a file beside it, and tells other weights by the revision', async () => {
    const folder = folderOf({ dataFile: 'model.onnx_data' })
    expect(await vectorOf(folder)).toEqual(await vectorOf(folderOf()))
    const before = describeModel(await openModelFolder(folder)).revision
    writeFileSync(join(folder, 'model.onnx_data'), new Uint8Array(3 * 16 * 4))
    expect(describeModel(await openModelFolder(folder)).revision).not.toBe(before)
  })

  it('tells another recipe by the revision, and not another name, licence or order of fields', async () => {
    const revision = async (facts?: object, config?: object) =>
      describeModel(await openModelFolder(folderOf({}, facts, config))).revision
    const plain = await revision()
    expect(plain).toMatch(/^[0-9a-f]{12}$/)
    expect(await revision({ id: 'other', licence: 'MIT', dimensions: [8, 16], tokens: 3 })).toBe(plain)
    const reordered = Object.fromEntries(Object.entries(processor).reverse())
    expect(await revision(undefined, reordered)).toBe(plain)
    const others = [
      { ...processor, resample: 3 },
      { ...processor, image_mean: [0.4, 0.5, 0.5] },
    ]
    const revisions = await Promise.all(others.map((config) => revision(undefined, config)))
    expect(new Set([plain, ...revisions]).size).toBe(3)
  })

  it('does not run weights that changed after they were described', async () => {
    const folder = folderOf({ dataFile: 'weights' })
    const model = await openModelFolder(folder)
    writeFileSync(join(folder, 'weights'), new Uint8Array(3 * 16 * 4))
    await expect(createOnnxBackend({ model, intraOpThreads: 1 })).rejects.toThrow('is damaged or another')
  })

  it('pools tokens as it is told', async () => {
    const first = await vectorOf(folderOf({ tokens: 3 }, { pool: 'first-token' }))
    const mean = await vectorOf(folderOf({ tokens: 3 }, { pool: 'mean-tokens' }))
    const all = await vectorOf(folderOf({ length: 48 }))
    expect(first).toEqual(all.slice(0, 16))
    for (const i of [0, 15]) expect(mean[i]).toBeCloseTo((all[i]! + all[i + 16]! + all[i + 32]!) / 3, 5)
  })

  it.each<[string, TinyModelOptions, object, RegExp]>([
    [
      'which of two outputs',
      { outputs: ['a', 'b'] },
      {},
      /^output has 2 candidates: a, b: name one as "output" in .*pixvec\.json\.$/,
    ],
    ['an output that is there', {}, { output: 'cls' }, /^The model has no output cls; it has embedding\./],
    ['how tokens become one vector', { tokens: 3 }, {}, /say "pool": "first-token" or "mean-tokens" in/],
    ['dimensions that it gives', {}, { dimensions: [16, 512] }, /^The model gives 16 numbers; 512 cannot be/],
    ['fields that are none', {}, { dimension: 16 }, /pixvec\.json is not valid: .*dimension/],
  ])('asks for %s', async (_, options, facts, message) => {
    await expect(openModelFolder(folderOf(options, facts))).rejects.toThrow(message)
  })

  it('names a file that is missing', async () => {
    await expect(openModelFolder(mkdtempSync(join(tmpdir(), 'pixvec-own-')))).rejects.toThrow(
      /model\.onnx is missing/,
    )
  })

  it('sees that the recipe makes pictures of another size', async () => {
    const config = { ...processor, size: { height: 9, width: 9 } }
    await expect(openModelFolder(folderOf({}, undefined, config))).rejects.toThrow(
      'Input pixel_values takes 8 × 8 pixels; the recipe gives 9 × 9.',
    )
  })

  it.each(['../weights', '/etc/passwd', 'a/../../b', 'C:\\weights', '..\\weights'])(
    'refuses weights outside the folder: %s',
    async (dataFile) => {
      const folder = folderOf()
      writeFileSync(join(folder, 'model.onnx'), tinyModel({ dataFile }).model)
      await expect(openModelFolder(folder)).rejects.toThrow('lies outside the folder of the model')
    },
  )

  it('refuses weights that are a link to a place outside', async () => {
    const folder = folderOf({ dataFile: 'weights' })
    const elsewhere = join(mkdtempSync(join(tmpdir(), 'pixvec-own-')), 'weights')
    copyFileSync(join(folder, 'weights'), elsewhere)
    renameSync(join(folder, 'weights'), join(folder, 'moved'))
    symlinkSync(elsewhere, join(folder, 'weights'))
    await expect(openModelFolder(folder)).rejects.toThrow('is a link to a place outside its folder')
  })

  it('runs one image at a time where the graph takes one alone, and refuses other fixed numbers', async () => {
    const model = await openModelFolder(folderOf({ images: 1 }))
    expect(model.manifest.input.maxImages).toBe(1)
    expect(describeModel(model).revision).toMatch(/^[0-9a-f]{12}$/)
    await expect(openModelFolder(folderOf({ images: 4 }))).rejects.toThrow(
      'Input pixel_values takes exactly 4 images at a time; 1, or any number, are supported.',
    )
    const { maxImages: _, ...input } = model.manifest.input
    const silent = { ...model, manifest: { ...model.manifest, input } }
    await expect(createOnnxBackend({ model: silent, intraOpThreads: 1 })).rejects.toThrow(
      'The model takes exactly 1 images a run, and its manifest does not say so',
    )
  })

  it('refuses operators that would need a library of their own', async () => {
    const folder = folderOf()
    // opset_import { domain: "evil.ops", version: 1 }, once more at the end: fields of a message may be repeated.
    const domain = Buffer.from('evil.ops')
    const imported = Buffer.concat([Buffer.from([0x0a, domain.length]), domain, Buffer.from([0x10, 1])])
    appendFileSync(
      join(folder, 'model.onnx'),
      Buffer.concat([Buffer.from([0x42, imported.length]), imported]),
    )
    await expect(openModelFolder(folder)).rejects.toThrow(
      'uses operators of evil.ops; libraries of custom operators are never loaded',
    )
  })

  it('refuses a file that no machine should take in, unread', async () => {
    const folder = folderOf()
    // A hole takes no room on the disk.
    truncateSync(join(folder, 'model.onnx'), 16_000_000_001)
    await expect(openModelFolder(folder)).rejects.toThrow(
      'has 16000000001 bytes with its weights; the limit is',
    )
  })
})

describe('a folder with a whole manifest', () => {
  async function withManifest(change: object, options: TinyModelOptions = {}): Promise<string> {
    const folder = folderOf(options)
    const { manifest } = await openModelFolder(folder)
    writeFileSync(join(folder, 'pixvec.json'), JSON.stringify({ ...manifest, ...change }))
    return folder
  }

  it('is taken as it is, with the revision of the same files and recipe', async () => {
    const folder = await withManifest({ id: 'whole' })
    expect(describeModel(await openModelFolder(folder))).toMatchObject({
      id: 'whole',
      revision: describeModel(await openModelFolder(folderOf())).revision,
    })
    expect(await vectorOf(folder)).toEqual(await vectorOf(folderOf()))
  })

  it('may not name a model outside, nor weights that it does not list', async () => {
    await expect(openModelFolder(await withManifest({ file: '../model.onnx' }))).rejects.toThrow(
      '"../model.onnx" lies outside the folder of the model',
    )
    await expect(openModelFolder(await withManifest({ file: 'other.onnx' }))).rejects.toThrow(
      'other.onnx is missing',
    )
    const unlisted = await withManifest({ externalData: [] }, { dataFile: 'weights' })
    await expect(openModelFolder(unlisted)).rejects.toThrow(
      'keeps weights in weights; list it with its SHA-256',
    )
    const outside = await withManifest({})
    writeFileSync(join(outside, 'model.onnx'), tinyModel({ dataFile: '../../etc/passwd' }).model)
    await expect(openModelFolder(outside)).rejects.toThrow('lies outside the folder of the model')
  })
})
