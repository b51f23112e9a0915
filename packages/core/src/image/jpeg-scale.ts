import type { Recipe } from '../models/manifest.js'
import { readJpegFrame } from './jpeg-frame.js'
import type { ProbedImage } from './probe.js'
import { resizedSize } from './resize.js'

/** By what both edges of a JPEG are divided while it is decoded. */
export type JpegScale = 1 | 2 | 4 | 8

/** libjpeg takes up to 65,500, and the edge may be rounded up to a multiple of 8. */
const longestEdge = 65_496

interface Size {
  readonly width: number
  readonly height: number
}

/**
 * The largest scale that leaves both edges at least as long as wanted.
 * @source Pillow, `JpegImageFile.draft`
 */
export function draftScale(picture: Size, wanted: Size): JpegScale {
  const scale = Math.min(Math.floor(picture.width / wanted.width), Math.floor(picture.height / wanted.height))
  return ([8, 4, 2] as const).find((each) => scale >= each) ?? 1
}

/** How far a JPEG of a usual kind is scaled for a recipe: not at all for `nearest`, nor where libjpeg would not take it. */
export function draftedScale(upright: Size, resize: Recipe['resize']): JpegScale {
  if (resize.filter === 'nearest' || Math.max(upright.width, upright.height) > longestEdge) return 1
  return draftScale(upright, resizedSize(upright, resize))
}

/**
 * How far a picture may be scaled while it is decoded, when speed counts more than the exact pixels.
 * 1 for all that is no JPEG of a usual kind, and for `nearest`, which wants single pixels and not
 * means of them.
 */
export function chooseScale(bytes: Uint8Array, probed: ProbedImage, recipe: Recipe): JpegScale {
  if (probed.format !== 'JPEG') return 1
  const frame = readJpegFrame(bytes)
  if (frame?.width !== probed.width || frame.height !== probed.height || !frame.isEvenlySampled) return 1
  const isTurned = recipe.exifOrientation && probed.orientation >= 5
  const upright = isTurned ? { width: probed.height, height: probed.width } : probed
  return draftedScale(upright, recipe.resize)
}
