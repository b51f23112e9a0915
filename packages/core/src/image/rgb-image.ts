/** Pixels of one picture: height × width × 3, uint8, sRGB, upright. */
export interface RgbImage {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}
