/** Pixels of one picture: height × width × 3, uint8, sRGB, upright. */
export interface RgbImage {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  /** Only where the decoder has scaled. */
  readonly scaledFrom?: ScaledFrom
}

/** What a scaled picture was made from, upright. */
export interface ScaledFrom {
  /** Size of the picture before, in pixels. */
  readonly width: number
  readonly height: number
  /** Pixels before for one of now: the picture is width ÷ scale of these wide, not always a whole number. */
  readonly scale: number
  /** Where it begins among these, 0 … 1: pixels at the edge may show it in part. */
  readonly left: number
  readonly top: number
}
