import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface PreparedVit {
  /** A `pixvec.json` for the embedder. */
  readonly manifest: string
  /** A folder laid out as transformers.js wants it. */
  readonly peerFolder: string
}

const besideTheProject = fileURLToPath(new URL('../../../../shared/models', import.meta.url))

/** Where the model is looked for. It may be absent. */
export const vitFolder = join(process.env.PIXVEC_TEST_MODELS ?? besideTheProject, 'vit-tiny-patch16-224')

/**
 * Lays ViT-Ti/16 out for both sides: the same ONNX file, the same preprocessing.
 * @param folder  where to; the caller removes it
 * @throws Error naming the place when the model is not there
 */
export function prepareVit(folder: string): PreparedVit {
  const from = vitFolder
  if (!existsSync(from)) throw new Error(`ViT-Ti/16 is not at ${from}. Set PIXVEC_TEST_MODELS to its parent.`)
  const peerFolder = join(folder, 'vit-tiny')
  mkdirSync(join(peerFolder, 'onnx'), { recursive: true })
  copyFileSync(join(from, 'model.onnx'), join(peerFolder, 'onnx', 'model.onnx'))
  writeFileSync(
    join(peerFolder, 'config.json'),
    JSON.stringify({ model_type: 'vit', architectures: ['ViTModel'] }),
  )
  const preprocessing = JSON.parse(readFileSync(join(from, 'preprocessor_config.json'), 'utf8'))
  writeFileSync(
    join(peerFolder, 'preprocessor_config.json'),
    JSON.stringify({ image_processor_type: 'ViTImageProcessor', ...preprocessing }),
  )
  const manifest = join(peerFolder, 'onnx', 'pixvec.json')
  writeFileSync(manifest, JSON.stringify(manifestOf(readFileSync(join(from, 'model.onnx')), preprocessing)))
  return { manifest, peerFolder }
}

function manifestOf(model: Buffer, preprocessing: Preprocessing): object {
  const { size, crop_size, rescale_factor, image_mean, image_std } = preprocessing
  return {
    id: 'vit-tiny-patch16-224',
    file: 'model.onnx',
    sha256: createHash('sha256').update(model).digest('hex'),
    licence: 'Apache-2.0',
    input: { name: 'pixel_values', layout: 'NCHW', type: 'float32', channels: 'RGB', ...crop_size },
    output: { name: 'cls', length: 192 },
    dimensions: [192],
    tokens: { input: 196, output: 1 },
    recipe: {
      exifOrientation: true,
      alpha: 'drop',
      resize: { mode: 'shortest-edge', size: size.shortest_edge, filter: 'bicubic' },
      centreCrop: crop_size,
      normalize: { scale: rescale_factor, mean: image_mean, std: image_std },
    },
  }
}

interface Preprocessing {
  readonly size: { readonly shortest_edge: number }
  readonly crop_size: { readonly height: number; readonly width: number }
  readonly rescale_factor: number
  readonly image_mean: readonly number[]
  readonly image_std: readonly number[]
}
