import { z } from 'zod'

/** `#rrggbb` */
const Colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'expected a colour as #rrggbb')

/** The kernels of Pillow's `Image.resize`. */
const Filter = z.enum(['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'])

/** How the computed length of an edge becomes whole pixels. `round` takes halves to the even number. */
const Rounding = z.enum(['truncate', 'round', 'ceil'])

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')

const pixels = z.int().positive()
const perChannel = z.tuple([z.number(), z.number(), z.number()])

const Resize = z.discriminatedUnion('mode', [
  /** The shorter edge becomes `size` long; the ratio stays. */
  z.object({
    mode: z.literal('shortest-edge'),
    size: pixels,
    filter: Filter,
    /** Of the longer edge. @default truncate, as torchvision and Hugging Face processors */
    rounding: Rounding.optional(),
  }),
  /** Exactly this size; the ratio goes. */
  z.object({ mode: z.literal('squash'), width: pixels, height: pixels, filter: Filter }),
  /** As large as fits inside, and the colour around it: Pillow's `ImageOps.pad`. */
  z.object({
    mode: z.literal('pad'),
    width: pixels,
    height: pixels,
    filter: Filter,
    colour: Colour,
    /** Of the edge that is shorter than its room. @default round, as `ImageOps.pad` */
    rounding: Rounding.optional(),
  }),
])

const Input = z.object({
  name: z.string(),
  layout: z.enum(['NHWC', 'NCHW']),
  type: z.enum(['uint8', 'float32']),
  channels: z.enum(['RGB', 'BGR']),
  height: pixels,
  width: pixels,
  /** Most images of one run, for graphs that are exported for one alone. @default any number */
  maxImages: z.int().positive().optional(),
})

const Recipe = z.object({
  /** Turn the picture upright as its EXIF orientation says. */
  exifOrientation: z.boolean(),
  /** What transparent pixels show: `drop` keeps their colour, a colour is painted behind them. */
  alpha: z.union([z.literal('drop'), z.object({ flattenOn: Colour })]),
  resize: Resize,
  /** Cut from the middle after the resize: the edge of a square, or both edges. @default no crop */
  centreCrop: z.union([pixels, z.object({ width: pixels, height: pixels })]).optional(),
  /**
   * The left and top edge of the crop, or of the picture inside its padding, when the rest is odd:
   * `floor` as Hugging Face processors, `round` (halves to even) as torchvision and `ImageOps.pad`.
   * @default floor for a crop, round for padding
   */
  offsetRounding: z.enum(['floor', 'round']).optional(),
  /** (value · scale − mean) ÷ std, for inputs of type float32. Means are in the order of R, G, B. */
  normalize: z.object({ scale: z.number().positive(), mean: perChannel, std: perChannel }).optional(),
})

/**
 * What must be known of an encoder to feed it and to read its answer. The recipe is data: the same
 * code serves every model.
 */
export const ModelManifest = z
  .object({
    id: z.string().min(1),
    /** Name of the file beside the manifest. */
    file: z.string().min(1),
    /** SHA-256 of the file, hexadecimal. */
    sha256: Sha256,
    /** Files beside the model's own that hold its weights. The graph names them. */
    externalData: z.array(z.object({ file: z.string().min(1), sha256: Sha256 })).optional(),
    licence: z.string().min(1),
    input: Input,
    output: z.object({
      name: z.string(),
      /** Numbers of one image, after pooling. */
      length: z.int().positive(),
      /**
       * For outputs of [images, tokens, length]: the vector of the first token (CLS), or the mean of all.
       * @default none: the output is [images, length]
       */
      pool: z.enum(['first-token', 'mean-tokens']).optional(),
    }),
    /**
     * Sizes that callers may ask for, ascending. A size below `output.length` is the first numbers of
     * the output, renormalised: a Matryoshka embedding.
     */
    dimensions: z.array(z.int().positive()).min(1),
    tokens: z.object({ input: z.int().positive(), output: z.int().positive() }),
    recipe: Recipe,
  })
  .superRefine(({ input, recipe }, context) => {
    for (const message of disagreements(input, recipe))
      context.addIssue({ code: 'custom', path: ['recipe'], message })
  })
export type ModelManifest = z.infer<typeof ModelManifest>
export type Recipe = ModelManifest['recipe']

/** A model on disk: what is known of it, and where its file is. */
export interface ModelBundle {
  readonly manifest: ModelManifest
  /** Absolute path of the ONNX file. */
  readonly path: string
  /**
   * What tells its vectors from those of other versions.
   * @default a hash of all that makes a vector: the files, and how a picture becomes an input
   */
  readonly revision?: string
}

/** Width and height that a recipe cuts from the middle, or undefined where it cuts nothing. */
export function cropSize({
  centreCrop,
}: Pick<Recipe, 'centreCrop'>): { width: number; height: number } | undefined {
  return typeof centreCrop === 'number' ? { width: centreCrop, height: centreCrop } : centreCrop
}

/** What input and recipe say against each other, as sentences. */
function disagreements(input: z.infer<typeof Input>, recipe: z.infer<typeof Recipe>): string[] {
  const { resize, normalize } = recipe
  const crop = cropSize(recipe)
  const least = resize.mode === 'shortest-edge' ? { width: resize.size, height: resize.size } : resize
  const made = crop ?? least
  const found: string[] = []
  if (resize.mode === 'shortest-edge' && !crop) found.push('resize by the shortest edge needs a centreCrop')
  if (resize.mode === 'pad' && crop) found.push('padding takes no centreCrop')
  if (crop && (crop.width > least.width || crop.height > least.height)) {
    found.push(`centreCrop ${crop.width} × ${crop.height} is larger than the resized picture`)
  }
  if (made.width !== input.width || made.height !== input.height) {
    found.push(`gives ${made.width} × ${made.height}; the input takes ${input.width} × ${input.height}`)
  }
  if (input.type === 'float32' && !normalize)
    found.push('normalize is missing; an input of type float32 needs it')
  if (input.type === 'uint8' && normalize)
    found.push('normalize is for inputs of type float32; this one is uint8')
  return found
}
