import { z } from 'zod'

/** `#rrggbb` */
const Colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'expected a colour as #rrggbb')

const Resize = z.discriminatedUnion('mode', [
  z.object({
    mode: z.literal('shortest-edge'),
    size: z.int().positive().describe('The shorter edge becomes this long; the ratio stays.'),
    filter: z.enum(['bicubic', 'bilinear', 'lanczos', 'box']),
  }),
])

/**
 * What must be known of an encoder to feed it and to read its answer. The recipe is data: the same
 * code serves every model.
 */
export const ModelManifest = z.object({
  id: z.string().min(1),
  /** Name of the file beside the manifest. */
  file: z.string().min(1),
  /** SHA-256 of the file, hexadecimal. Its first 12 digits are the revision. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  licence: z.string().min(1),
  input: z.object({
    name: z.string(),
    layout: z.literal('NHWC'),
    type: z.literal('uint8'),
    channels: z.literal('RGB'),
    height: z.int().positive(),
    width: z.int().positive(),
  }),
  output: z.object({
    name: z.string(),
    /** Numbers that the graph returns for one image. */
    length: z.int().positive(),
  }),
  /**
   * Sizes that callers may ask for, ascending. A size below `output.length` is the first numbers of
   * the output, renormalised: a Matryoshka embedding.
   */
  dimensions: z.array(z.int().positive()).min(1),
  tokens: z.object({ input: z.int().positive(), output: z.int().positive() }),
  recipe: z.object({
    /** Turn the picture upright as its EXIF orientation says. */
    exifOrientation: z.boolean(),
    /** What transparent pixels show: `drop` keeps their colour, a colour is painted behind them. */
    alpha: z.union([z.literal('drop'), z.object({ flattenOn: Colour })]),
    resize: Resize,
    /** Edge of the square cut from the middle after the resize. */
    centreCrop: z.int().positive(),
  }),
})
export type ModelManifest = z.infer<typeof ModelManifest>
export type Recipe = ModelManifest['recipe']

/** A model on disk: what is known of it, and where its file is. */
export interface ModelBundle {
  readonly manifest: ModelManifest
  /** Absolute path of the ONNX file. */
  readonly path: string
}
