import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  builtInModel,
  createEmbedder,
  type ModelBundle,
  ModelManifest,
  readPreprocessorConfig,
} from '@pixvec/core'
import { Command } from 'commander'
import sharp from 'sharp'
import { drawPicture } from './corpus.js'
import { drawMosaic } from './mosaic.js'

const program = new Command('pnpm bench fast-mode')
  .description(
    'Compares the vectors of fast decoding with the exact ones: the built-in model, and ViT-Ti/16 and\n' +
      'MobileNetV2 where they are at PIXVEC_TEST_MODELS or ../shared/models.',
  )
  .option('--photos <folder>', 'of small photos: 12-megapixel mosaics are made of them')
  .argument('[pictures...]', 'JPEG files to be compared as well')
  .parse()
const { photos } = program.opts<{ photos?: string }>()

const besideTheProject = fileURLToPath(new URL('../../../../shared/models', import.meta.url))
const models = process.env.PIXVEC_TEST_MODELS ?? besideTheProject

interface Group {
  readonly name: string
  readonly pictures: readonly Buffer[]
}

const groups: readonly Group[] = [
  { name: 'drawn, 12 to 24 MP', pictures: await drawn() },
  { name: 'mosaics of photos, 12 MP', pictures: photos ? await mosaics(photos) : [] },
  { name: 'files', pictures: program.args.map((path) => readFileSync(path)) },
].filter(({ pictures }) => pictures.length > 0)

process.stdout.write(
  'model                     pictures                    number  cosine min    median      exact ms  fast ms\n',
)
for (const model of [builtInModel(), ...published()]) for (const group of groups) await compare(model, group)

async function compare(model: ModelBundle, { name, pictures }: Group): Promise<void> {
  const [exact, fast] = [await embedAll(model, pictures, 'exact'), await embedAll(model, pictures, 'fast')]
  const cosines = exact.vectors.map((vector, i) => cosine(vector, fast.vectors[i]!)).sort((a, b) => a - b)
  const middle = cosines[Math.floor(cosines.length / 2)]!
  process.stdout.write(
    `${model.manifest.id.padEnd(25)} ${name.padEnd(27)} ${String(pictures.length).padStart(6)}  ` +
      `${cosines[0]!.toFixed(6)}    ${middle.toFixed(6)}  ${exact.ms.toFixed(1).padStart(8)} ${fast.ms.toFixed(1).padStart(8)}\n`,
  )
}

/** @returns the vectors, and the median time of decoding and resizing one picture */
async function embedAll(model: ModelBundle, pictures: readonly Buffer[], decode: 'exact' | 'fast') {
  const embedder = await createEmbedder({ model, decode, decodeConcurrency: 1, intraOpThreads: 1 })
  const vectors: Float32Array[] = []
  const times: number[] = []
  for (const image of pictures) {
    const { vector, timings } = await embedder.embed({ image })
    vectors.push(vector)
    times.push(timings.decodeMs + timings.resizeMs)
  }
  await embedder.close()
  times.sort((a, b) => a - b)
  return { vectors, ms: times[Math.floor(times.length / 2)]! }
}

async function drawn(): Promise<Buffer[]> {
  const sizes = [
    [4000, 3000],
    [3000, 4000],
    [4032, 3024],
    [4608, 3456],
    [5999, 4001],
    [6000, 2000],
  ] as const
  const pictures: Buffer[] = []
  for (const [width, height] of sizes) pictures.push((await drawPicture(width, height)).jpeg)
  return pictures
}

async function mosaics(folder: string): Promise<Buffer[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => extname(name) === '.jpg')
    .sort()
  const [columns, rows] = [14, 10]
  const made: Buffer[] = []
  for (let first = 0; first < files.length; first += columns * rows) {
    const some = files.slice(first, first + columns * rows).map((name) => readFileSync(join(folder, name)))
    made.push(await drawMosaic(some, columns, rows))
  }
  // One photo as large as that: soft, as a large photo is when one looks closely.
  for (const name of files.filter((_, i) => i % 25 === 0)) {
    made.push(
      await sharp(join(folder, name)).resize(4000, 3000, { fit: 'cover' }).jpeg({ quality: 88 }).toBuffer(),
    )
  }
  return made
}

/** Encoders that may be absent. */
function published(): ModelBundle[] {
  const known = [
    { id: 'vit-tiny-patch16-224', input: 'pixel_values', output: { name: 'cls', length: 192 } },
    { id: 'mobilenetv2-features', input: 'input', output: { name: 'embedding', length: 1280 } },
  ]
  return known.flatMap(({ id, input, output }) => {
    const path = join(models, id, 'model.onnx')
    if (!existsSync(path)) return []
    const config = JSON.parse(readFileSync(join(models, id, 'preprocessor_config.json'), 'utf8'))
    const processor = readPreprocessorConfig(config)
    const manifest = ModelManifest.parse({
      id,
      file: 'model.onnx',
      sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
      licence: 'as its card says',
      input: { name: input, ...processor.input },
      output,
      dimensions: [output.length],
      tokens: { input: 1, output: 1 },
      recipe: processor.recipe,
    })
    return [{ manifest, path }]
  })
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}
