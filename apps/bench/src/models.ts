import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { builtInModel, loadModel, type ModelManifest } from '@pixvec/core'
import { prepareVit, vitFolder } from './vit.js'

/** An encoder that is measured. */
export interface BenchModel {
  readonly id: 'built-in' | 'vit'
  readonly title: string
  readonly path: string
  readonly manifest: ModelManifest
  /** Whether `pixvec serve` has it without being told. */
  readonly isBuiltIn: boolean
  /** A folder laid out as transformers.js wants it, where it can read the model. */
  readonly peerFolder: string | undefined
}

/**
 * The built-in model, and ViT-Ti/16 where its files are there.
 * @param folder  for files that are needed while it is measured; the caller removes it
 */
export function benchModels(folder: string): BenchModel[] {
  const builtIn = builtInModel()
  const models: BenchModel[] = [
    {
      id: 'built-in',
      title: builtIn.manifest.id,
      path: join(dirname(builtIn.path), 'pixvec.json'),
      manifest: builtIn.manifest,
      isBuiltIn: true,
      // transformers.js feeds float32, channel first; the built-in model takes bytes.
      peerFolder: undefined,
    },
  ]
  if (!existsSync(vitFolder)) return models
  const vit = prepareVit(folder)
  const { manifest } = loadModel(vit.manifest)
  return [
    ...models,
    {
      id: 'vit',
      title: 'ViT-Ti/16',
      path: vit.manifest,
      manifest,
      isBuiltIn: false,
      peerFolder: vit.peerFolder,
    },
  ]
}
