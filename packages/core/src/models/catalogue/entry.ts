import type { EncoderFacts } from '../describe-encoder.js'

/** A published image encoder: where it is, and what must be known of it before it is here. */
export interface CatalogueEntry extends Pick<EncoderFacts, 'input' | 'output' | 'pool'> {
  readonly id: string
  /** The model's own name, for people. */
  readonly title: string
  /** `owner/name` on the hub. */
  readonly repository: string
  /** Branch, tag or commit that is pulled unless another is asked for. A pull pins the commit. */
  readonly revision: string
  /** The ONNX file in the repository. Files that it keeps weights in are pulled with it. */
  readonly file: string
  /** Size of the download, in bytes, as published: rounded where its source rounds. */
  readonly bytes: number
  /** Numbers that the graph gives. */
  readonly length: number
  /** Sizes that callers may ask for. */
  readonly dimensions: readonly number[]
  /** Patches, or positions of the last feature map, that one image becomes. */
  readonly tokens: number
  /** Edge of the square that it sees, in pixels. */
  readonly inputSize: number
  /**
   * The recipe, in the fields of Hugging Face image processors, or `repository`: the
   * `preprocessor_config.json` that is published with it.
   */
  readonly processor: Readonly<Record<string, unknown>> | 'repository'
  /** Whether text of the same model can be compared with its vectors. */
  readonly pairsWithText: boolean
  readonly licence: string
  /** Who says so, fact by fact. */
  readonly sources: Readonly<Record<string, string>>
  /** `documented`: nobody has run it here yet; the manifest is checked against the graph at the pull. */
  readonly verified: 'by-us' | 'documented'
}

/** What CLIP models were trained on. @source github.com/openai/CLIP, clip/clip.py */
export const clipProcessor = {
  image_processor_type: 'CLIPImageProcessor',
  size: { shortest_edge: 224 },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: 224, width: 224 },
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
} as const
