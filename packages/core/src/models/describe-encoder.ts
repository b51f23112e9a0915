import { createHash } from 'node:crypto'
import { createReadStream, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, normalize, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { type ModelBundle, ModelManifest } from './manifest.js'
import { type GraphValue, type OnnxGraph, readOnnxGraph } from './onnx-graph.js'
import type { ProcessorRecipe } from './preprocessor-config.js'

/** What neither the graph nor a `preprocessor_config.json` tells. Every field is optional until it is missed. */
export const EncoderFacts = z.strictObject({
  id: z.string().min(1).optional(),
  licence: z.string().min(1).optional(),
  /** Name of the input, where the graph has several. */
  input: z.string().optional(),
  /** Name of the output, where the graph has several. */
  output: z.string().optional(),
  /** What becomes of an output that has a vector for each token. */
  pool: z.enum(['first-token', 'mean-tokens']).optional(),
  /** Numbers of one vector, where the graph leaves it open. */
  length: z.int().positive().optional(),
  /**
   * Sizes that callers may ask for, as a list or as the names of an object. A size below the length is
   * the first numbers of the vector, renormalised. @default the length
   */
  dimensions: z
    .union([
      z.array(z.int().positive()).min(1),
      z.record(z.string().regex(/^[1-9]\d*$/, 'expected a size'), z.unknown()),
    ])
    .optional(),
  /** `total_input_tokens` of one image. @default 1 */
  tokens: z.int().positive().optional(),
})
export type EncoderFacts = z.infer<typeof EncoderFacts>

export interface EncoderFiles {
  /** Absolute path of the ONNX file. */
  readonly path: string
  readonly processor: ProcessorRecipe
  readonly facts: EncoderFacts
  /** What a person is told to edit when a fact is missing. @default pixvec.json */
  readonly factsFile?: string
  /** Files may be links to places outside the folder: so the caches of Hugging Face are. @default false */
  readonly mayLinkOutside?: boolean
}

/** An .onnx file is untrusted: what it names must be near it and of a size that a machine can hold. */
const maxModelBytes = 16_000_000_000

/** Operators that ONNX Runtime brings along. Libraries with others are never loaded. */
const knownDomains = ['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft']

/**
 * The files of an encoder → its manifest. Shapes and names come from the graph, the recipe from the
 * processor, the rest from the facts. Nothing is guessed: what is open is asked for by name.
 * @throws Error with one sentence that says what is missing or wrong, and where to say it
 */
export async function describeEncoder(files: EncoderFiles): Promise<ModelBundle> {
  const { path, processor, facts, factsFile = 'pixvec.json' } = files
  const { graph, external } = checkOnnxFile(files)
  const input = inputOf(graph, processor, facts, factsFile)
  const output = outputOf(graph, facts, factsFile)
  const manifest: z.input<typeof ModelManifest> = {
    id: facts.id ?? basename(dirname(path)),
    file: basename(path),
    sha256: await sha256Of(path),
    licence: facts.licence ?? 'not stated',
    input,
    output,
    dimensions: dimensionsOf(facts, output.length),
    tokens: { input: facts.tokens ?? 1, output: 1 },
    recipe: processor.recipe,
  }
  if (external.length > 0) {
    manifest.externalData = []
    for (const file of external) {
      manifest.externalData.push({ file, sha256: await sha256Of(join(dirname(path), file)) })
    }
  }
  const parsed = ModelManifest.safeParse(manifest)
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`${path} and its recipe do not fit: ${issues.join('; ')}.`)
  }
  return { manifest: parsed.data, path }
}

/**
 * Looks at an .onnx file before anything runs it. It is untrusted: a size that a machine can hold, no operators
 * that ONNX Runtime does not bring along, and weights in its own folder alone.
 * @returns what it says of itself, and the files beside it that hold weights
 * @throws Error with one sentence that says what is wrong
 */
export function checkOnnxFile(files: Pick<EncoderFiles, 'path' | 'mayLinkOutside'>): {
  graph: OnnxGraph
  external: string[]
} {
  const { path } = files
  checkSize(path, statSync(path).size)
  const graph = readOnnxGraph(path)
  checkDomains(graph, path)
  return { graph, external: externalFiles(graph, files) }
}

/** SHA-256 of a file, hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/**
 * A name inside a model → the same name, when it stays below the model's folder on every system.
 * @throws Error when it is absolute, climbs out or names a drive
 */
export function checkedRelative(name: string): string {
  const climbs = normalize(name).split(/[\\/]/).includes('..')
  if (name === '' || isAbsolute(name) || /^[a-z]:|^\\|\0/i.test(name) || climbs) {
    throw new Error(`${JSON.stringify(name)} lies outside the folder of the model; files must be inside it.`)
  }
  return name
}

function checkDomains({ domains }: OnnxGraph, path: string): void {
  const foreign = domains.filter((domain) => !knownDomains.includes(domain))
  if (foreign.length === 0) return
  throw new Error(
    `${path} uses operators of ${foreign.join(', ')}; libraries of custom operators are never loaded.`,
  )
}

function checkSize(path: string, bytes: number): void {
  if (bytes <= maxModelBytes) return
  throw new Error(`${path} has ${bytes} bytes with its weights; the limit is ${maxModelBytes}.`)
}

function externalFiles(
  graph: OnnxGraph,
  { path, mayLinkOutside = false }: Pick<EncoderFiles, 'path' | 'mayLinkOutside'>,
): string[] {
  const folder = realpathSync(dirname(path))
  const names = graph.externalFiles.map(checkedRelative)
  let bytes = statSync(path).size
  for (const name of names) {
    const file = join(dirname(path), name)
    const stat = statSync(file, { throwIfNoEntry: false })
    if (!stat?.isFile())
      throw new Error(`${path} keeps weights in ${name}, and there is no such file beside it.`)
    if (!mayLinkOutside && !realpathSync(file).startsWith(folder + sep)) {
      throw new Error(`${file} is a link to a place outside its folder; put the file itself there.`)
    }
    bytes += stat.size
  }
  checkSize(path, bytes)
  return names
}

function inputOf(
  graph: OnnxGraph,
  processor: ProcessorRecipe,
  facts: EncoderFacts,
  factsFile: string,
): ModelManifest['input'] {
  const pictures = graph.inputs.filter(({ shape }) => shape.length === 4)
  const found = choose('input', pictures, graph.inputs, facts.input, factsFile)
  if (found.type !== 'float32' && found.type !== 'uint8') {
    throw new Error(`Input ${found.name} is of ${found.type}; float32 and uint8 are supported.`)
  }
  const [images] = found.shape
  if (typeof images === 'number' && images !== 1) {
    throw new Error(
      `Input ${found.name} takes exactly ${images} images at a time; 1, or any number, are supported. Export it with an open batch size.`,
    )
  }
  const layout = found.shape[1] !== 3 && found.shape[3] === 3 ? 'NHWC' : processor.input.layout
  const [height, width] = layout === 'NHWC' ? found.shape.slice(1, 3) : found.shape.slice(2, 4)
  const { input } = processor
  if (
    (typeof height === 'number' && height !== input.height) ||
    (typeof width === 'number' && width !== input.width)
  ) {
    throw new Error(
      `Input ${found.name} takes ${width} × ${height} pixels; the recipe gives ${input.width} × ${input.height}.`,
    )
  }
  return { ...input, name: found.name, layout, type: found.type, ...(images === 1 && { maxImages: 1 }) }
}

function outputOf(graph: OnnxGraph, facts: EncoderFacts, factsFile: string): ModelManifest['output'] {
  const vectors = graph.outputs.filter(
    ({ type, shape }) => type === 'float32' && [2, 3].includes(shape.length),
  )
  const { name, shape } = choose('output', vectors, graph.outputs, facts.output, factsFile)
  const last = shape.at(-1)
  const length = typeof last === 'number' ? last : facts.length
  if (length === undefined) {
    throw new Error(`Output ${name} does not tell its length: say "length" in ${factsFile}.`)
  }
  if (shape.length === 3 && !facts.pool) {
    throw new Error(
      `Output ${name} has a vector for each token: say "pool": "first-token" or "mean-tokens" in ${factsFile}.`,
    )
  }
  return { name, length, ...(shape.length === 3 && facts.pool && { pool: facts.pool }) }
}

/** The only candidate, or the one that is named. */
function choose(
  kind: 'input' | 'output',
  candidates: readonly GraphValue[],
  all: readonly GraphValue[],
  wanted: string | undefined,
  factsFile: string,
): GraphValue {
  const names = (values: readonly GraphValue[]) => values.map(({ name }) => name).join(', ')
  if (wanted !== undefined) {
    const found = all.find(({ name }) => name === wanted)
    if (found) return found
    throw new Error(
      `The model has no ${kind} ${wanted}; it has ${names(all)}. Correct "${kind}" in ${factsFile}.`,
    )
  }
  if (candidates.length === 1) return candidates[0]!
  if (candidates.length > 1) {
    throw new Error(
      `${kind} has ${candidates.length} candidates: ${names(candidates)}: name one as "${kind}" in ${factsFile}.`,
    )
  }
  const expected = kind === 'input' ? 'pictures ([images, 3, height, width])' : 'vectors ([images, length])'
  throw new Error(`The model has no ${kind} of ${expected}; it has ${names(all)}.`)
}

function dimensionsOf({ dimensions }: EncoderFacts, length: number): number[] {
  if (dimensions === undefined) return [length]
  const sizes = Array.isArray(dimensions) ? dimensions : Object.keys(dimensions).map(Number)
  const tooLong = sizes.filter((size) => size > length)
  if (tooLong.length > 0 || sizes.length === 0) {
    throw new Error(
      `The model gives ${length} numbers; ${tooLong.join(', ') || 'no size'} cannot be a dimension of it.`,
    )
  }
  return [...new Set(sizes)].sort((a, b) => a - b)
}
