import { z } from 'zod'
import type { ModelManifest, Recipe } from './manifest.js'

/** What a manifest needs besides the graph's names: how a picture becomes the input. */
export interface ProcessorRecipe {
  readonly input: Omit<ModelManifest['input'], 'name'>
  readonly recipe: Recipe
}

type Filter = Recipe['resize']['filter']

/** Codes of `resample`. @source Pillow, `Image.Resampling` */
const filters: readonly Filter[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming']

const pixels = z.int().positive()
const heightAndWidth = z.strictObject({ height: pixels, width: pixels })
const channels = z.tuple([z.number(), z.number(), z.number()])
const ignored = z.unknown().optional()

/** The fields of image processors that change a picture; those of `ignored` change nothing here. */
const Config = z.strictObject({
  do_resize: z.literal(true, 'only true is supported').optional(),
  size: z.union([pixels, heightAndWidth, z.strictObject({ shortest_edge: pixels })]).optional(),
  resample: z.int().min(0).max(5).optional(),
  crop_pct: z.number().positive().max(1).optional(),
  do_center_crop: z.boolean().optional(),
  crop_size: z.union([pixels, heightAndWidth]).optional(),
  do_rescale: z.boolean().optional(),
  rescale_factor: z.number().positive().optional(),
  do_normalize: z.boolean().optional(),
  image_mean: channels.optional(),
  image_std: channels.optional(),
  // Every picture is made RGB, asked or not.
  do_convert_rgb: ignored,
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  processor_class: ignored,
  _valid_processor_keys: ignored,
  data_format: z.literal('channels_first', 'only channels_first is supported').optional(),
})
type Config = z.infer<typeof Config>

/** How one family of processors reads the same fields. */
interface Processor {
  /** What a bare number as `size` means. */
  readonly bareSize: 'shortest-edge' | 'square'
  /** `crop_pct` decides between a crop and a squash; `do_center_crop` has no part in it. */
  readonly cropsByShare?: boolean
  /** It knows no centre crop. */
  readonly neverCrops?: boolean
  /** What holds where the file is silent. */
  readonly defaults: Partial<Config>
}

const half = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] } satisfies Partial<Config>
const clip = {
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
} satisfies Partial<Config>
const square = (edge: number) => ({ height: edge, width: edge })
const cropped = { size: { shortest_edge: 224 }, resample: 3, do_center_crop: true, crop_size: 224 }

/** @source Hugging Face transformers 4, `image_processing_*.py`: the arguments' defaults */
const processors: Readonly<Record<string, Processor>> = {
  CLIP: { bareSize: 'shortest-edge', defaults: { ...cropped, ...clip } },
  Bit: { bareSize: 'shortest-edge', defaults: { ...cropped, ...clip } },
  ConvNext: {
    bareSize: 'shortest-edge',
    cropsByShare: true,
    defaults: { size: { shortest_edge: 384 }, crop_pct: 224 / 256, resample: 3, ...half },
  },
  ViT: { bareSize: 'square', neverCrops: true, defaults: { size: square(224), resample: 2, ...half } },
  Siglip: { bareSize: 'square', neverCrops: true, defaults: { size: square(224), resample: 3, ...half } },
  DeiT: {
    bareSize: 'square',
    defaults: { size: square(256), resample: 3, do_center_crop: true, crop_size: 224, ...half },
  },
}

/**
 * A Hugging Face `preprocessor_config.json` → what a manifest says of the input: float32, channel first.
 * Reads the files of CLIP, ViT, DeiT, SigLIP, ConvNeXt and BiT processors, and files that name none but
 * say everything. The pixels are those of the processors that use Pillow; the `…Fast` ones resize
 * with torchvision and differ from them by a bit here and there.
 * @param json  the parsed file
 * @throws Error naming each field that is unknown, missing or unsupported
 */
export function readPreprocessorConfig(json: unknown): ProcessorRecipe {
  const parsed = Config.safeParse(withoutSilence(json))
  if (!parsed.success) throw problem(parsed.error.issues.map((issue) => describe(issue, json)))
  const processor = processorOf(parsed.data)
  const config: Config = { ...processor?.defaults, ...parsed.data }
  const filter = filters[config.resample ?? missing('resample')]!
  const { size = missing('size') } = config
  const shape = processor?.cropsByShare
    ? shapeByShare(shortestEdge(size), config.crop_pct!, filter)
    : shapeByFields(config, size, filter, processor)
  const least = leastSize(shape.resize)
  const { width, height } = shape.centreCrop ?? least
  if (width > least.width || height > least.height) {
    throw problem(['crop_size: larger than the resized picture; padding it is not supported'])
  }
  return {
    input: { layout: 'NCHW', type: 'float32', channels: 'RGB', width, height },
    // `load_image` of transformers turns pictures upright; `convert('RGB')` drops alpha.
    recipe: { exifOrientation: true, alpha: 'drop', ...shape, normalize: normalizeOf(config) },
  }
}

type Shape = Pick<Recipe, 'resize'> & { readonly centreCrop?: { width: number; height: number } }

function shapeByFields(
  config: Config,
  size: NonNullable<Config['size']>,
  filter: Filter,
  processor: Processor | undefined,
): Shape {
  if (config.do_center_crop && processor?.neverCrops) {
    throw problem(['do_center_crop: this processor has no centre crop; only false is supported'])
  }
  const cut = config.do_center_crop ? { centreCrop: cropOf(config) } : {}
  if (typeof size === 'number' && !processor) {
    throw problem(['size: a bare number means different things to processors; name image_processor_type'])
  }
  const bareEdge = typeof size === 'number' && processor?.bareSize === 'shortest-edge'
  if (bareEdge || (typeof size === 'object' && 'shortest_edge' in size)) {
    if (!config.do_center_crop) throw problem(['do_center_crop: size.shortest_edge needs it to be true'])
    return { resize: { mode: 'shortest-edge', size: shortestEdge(size), filter }, ...cut }
  }
  const exact = typeof size === 'number' ? square(size) : (size as { width: number; height: number })
  return { resize: { mode: 'squash', width: exact.width, height: exact.height, filter }, ...cut }
}

function cropOf({ crop_size = missing('crop_size') }: Config): { width: number; height: number } {
  return typeof crop_size === 'number' ? square(crop_size) : crop_size
}

/** What a picture measures at least after the resize. */
function leastSize(resize: Recipe['resize']): { width: number; height: number } {
  return resize.mode === 'shortest-edge' ? square(resize.size) : resize
}

/** ConvNeXt: small inputs are cut from a larger picture, those of 384 and more are squashed. */
function shapeByShare(edge: number, share: number, filter: Filter): Shape {
  if (edge >= 384) return { resize: { mode: 'squash', ...square(edge), filter } }
  return {
    resize: { mode: 'shortest-edge', size: Math.trunc(edge / share), filter },
    centreCrop: square(edge),
  }
}

function shortestEdge(size: NonNullable<Config['size']>): number {
  if (typeof size === 'number') return size
  if ('shortest_edge' in size) return size.shortest_edge
  throw problem(['size: this processor takes shortest_edge'])
}

/** Steps that are off stay in the arithmetic, where they change nothing. */
function normalizeOf(config: Config): NonNullable<Recipe['normalize']> {
  const scale = config.do_rescale === false ? 1 : (config.rescale_factor ?? 1 / 255)
  if (config.do_normalize === false) return { scale, mean: [0, 0, 0], std: [1, 1, 1] }
  const { image_mean: mean = missing('image_mean'), image_std: std = missing('image_std') } = config
  return { scale, mean, std }
}

function processorOf(config: Config): Processor | undefined {
  const name = config.image_processor_type ?? config.feature_extractor_type
  if (name === undefined) {
    if (config.crop_pct !== undefined) missing('image_processor_type')
    return undefined
  }
  const found = processors[name.replace(/(ImageProcessor(Fast)?|FeatureExtractor)$/, '')]
  if (!found) {
    throw problem([`image_processor_type: ${name} is not one of ${Object.keys(processors).join(', ')}`])
  }
  if (config.crop_pct !== undefined && !found.cropsByShare) {
    throw problem([`crop_pct: ${name} has no such field`])
  }
  return found
}

/** A field that is null says nothing, and a step that is switched off does nothing. */
function withoutSilence(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json
  const known = Config.shape
  const says = ([name, value]: [string, unknown]) =>
    value !== null && (name in known || !(name.startsWith('do_') && value === false))
  return Object.fromEntries(Object.entries(json).filter(says))
}

function describe(issue: z.core.$ZodIssue, json: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => [...issue.path, key].join('.'))
    return `${names.join(', ')}: not supported`
  }
  if (issue.code === 'invalid_union') {
    const field = String(issue.path[0])
    const expected =
      field === 'size' ? 'a number, height and width, or shortest_edge' : 'a number, or height and width'
    return `${field}: expected ${expected}; received ${JSON.stringify((json as Record<string, unknown>)[field])}`
  }
  return `${issue.path.join('.')}: ${issue.message}`
}

function missing(field: string): never {
  throw problem([`${field}: missing`])
}

function problem(sentences: readonly string[]): Error {
  return new Error(`The preprocessor configuration cannot be followed: ${sentences.join('; ')}.`)
}
