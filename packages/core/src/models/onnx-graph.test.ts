import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testModel } from '../testing/test-data.js'
import { tinyModel } from '../testing/tiny-model.js'
import { builtInModel } from './load-model.js'
import { readOnnxGraph } from './onnx-graph.js'

function fileOf(bytes: Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pixvec-graph-')), 'model.onnx')
  writeFileSync(path, bytes)
  return path
}

describe('readOnnxGraph', () => {
  it('tells names, types and shapes of inputs and outputs', () => {
    expect(readOnnxGraph(fileOf(tinyModel({ outputs: ['cls', 'mean'] }).model))).toEqual({
      inputs: [{ name: 'pixel_values', type: 'float32', shape: ['images', 3, 8, 8] }],
      outputs: [
        { name: 'cls', type: 'float32', shape: ['images', 16] },
        { name: 'mean', type: 'float32', shape: ['images', 16] },
      ],
      externalFiles: [],
      domains: [''],
    })
  })

  it('names the files that hold the weights', () => {
    const { externalFiles } = readOnnxGraph(fileOf(tinyModel({ dataFile: 'model.onnx_data' }).model))
    expect(externalFiles).toEqual(['model.onnx_data'])
  })

  it('reads the built-in model as its manifest says', () => {
    const { path, manifest } = builtInModel()
    const { inputs, outputs } = readOnnxGraph(path)
    expect(inputs.map(({ name, type }) => ({ name, type }))).toEqual([
      { name: manifest.input.name, type: manifest.input.type },
    ])
    expect(outputs.map(({ name }) => name)).toContain(manifest.output.name)
  })

  const vit = testModel('vit-tiny-patch16-224')
  it.skipIf(!vit)('reads an exported encoder (needs its files)', () => {
    const { inputs, outputs } = readOnnxGraph(join(vit!, 'model.onnx'))
    expect(inputs).toMatchObject([{ name: 'pixel_values', type: 'float32' }])
    expect(outputs.map(({ name }) => name).sort()).toEqual(['cls', 'logits', 'mean'])
  })

  it('refuses what is no model, and every file that was cut', () => {
    const { model } = tinyModel()
    const hostile = [
      new Uint8Array(),
      new TextEncoder().encode('version https://git-lfs'),
      Uint8Array.of(255),
    ]
    const cut = Array.from({ length: 20 }, (_, i) => model.subarray(0, Math.floor((model.length * i) / 20)))
    for (const bytes of [...hostile, ...cut]) {
      expect(() => readOnnxGraph(fileOf(bytes))).toThrow('is not an ONNX model that can be read')
    }
  })

  it('gives up a file of millions of tiny fields before they fill the memory', () => {
    const path = fileOf(tinyModel().model)
    appendFileSync(path, Buffer.alloc(5_000_000, Buffer.from([0x08, 0x01])))
    expect(() => readOnnxGraph(path)).toThrow('it has more than 2000000 fields')
  })
})
