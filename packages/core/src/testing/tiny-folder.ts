import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EncoderFacts } from '../models/describe-encoder.js'
import { type TinyModelOptions, tinyModel } from './tiny-model.js'

export interface TinyFolderOptions extends TinyModelOptions {
  /** What `pixvec.json` says. @default nothing: there is none */
  readonly facts?: EncoderFacts
  /** Of the recipe, for all channels: another one gives other vectors. @default 0.5 */
  readonly mean?: number
  /** Where the files go. @default a fresh folder */
  readonly folder?: string
}

/**
 * A folder with a tiny encoder, as people have them: `model.onnx`, `preprocessor_config.json`, `pixvec.json`.
 * @returns its path
 */
export function tinyFolder(options: TinyFolderOptions = {}): string {
  const { facts, mean = 0.5, folder = mkdtempSync(join(tmpdir(), 'pixvec-tiny-')), ...model } = options
  const edge = model.edge ?? 8
  const processor = {
    size: { height: edge, width: edge },
    resample: 2,
    image_mean: [mean, mean, mean],
    image_std: [0.5, 0.5, 0.5],
  }
  mkdirSync(folder, { recursive: true })
  const made = tinyModel(model)
  writeFileSync(join(folder, 'model.onnx'), made.model)
  if (model.dataFile !== undefined) writeFileSync(join(folder, model.dataFile), made.data)
  writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify(processor))
  if (facts) writeFileSync(join(folder, 'pixvec.json'), JSON.stringify(facts))
  return folder
}
