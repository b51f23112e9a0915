import { randomUUID } from 'node:crypto'
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readJpegFrame } from './jpeg-frame.js'
import type { JpegScale } from './jpeg-scale.js'
import type { ProbedImage } from './probe.js'
import type { ScaledFrom } from './rgb-image.js'

/** A deleted file can still be read by its descriptor here: a process that is killed leaves none behind. */
const hasDescriptorPaths = process.platform === 'linux'

/**
 * Gives a JPEG a name under which libvips decodes it scaled: the inverse DCT makes 4, 2 or 1 pixels of
 * each 8. sharp has no option for it, but takes names of files, and libvips takes options after a name.
 * The file lives in the system's folder for temporary files while `use` runs.
 * @source libvips, `vips_image_new_from_file`: `name.jpg[shrink=4]`
 */
export async function withScaledJpeg<T>(
  bytes: Uint8Array,
  scale: JpegScale,
  use: (name: string) => Promise<T>,
): Promise<T> {
  return withTemporaryFile(fillLastPixels(bytes, scale), (path) => use(`${path}[shrink=${scale}]`))
}

/** Fails as a scaled decode would where there is no room for temporary files. */
export async function checkTemporaryFiles(): Promise<void> {
  try {
    await withTemporaryFile(new Uint8Array(1), async () => {})
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `Fast decoding keeps the picture in a temporary file: expected to write in ${tmpdir()}; ${reason}. ` +
        'Set TMPDIR to a folder that can be written, or decode exactly.',
      { cause },
    )
  }
}

/**
 * The scaled pixels of which the picture is made, upright: with a width that the scale does not divide,
 * the last of a row shows the picture in part. Turned pictures begin with it.
 */
export function scaledFrom(
  probed: Pick<ProbedImage, 'width' | 'height' | 'orientation'>,
  scale: JpegScale,
  isOriented: boolean,
): ScaledFrom {
  const orientation = isOriented ? probed.orientation : 1
  const [width, height] = orientation >= 5 ? [probed.height, probed.width] : [probed.width, probed.height]
  const rest = (length: number) => Math.ceil(length / scale) - length / scale
  return {
    width,
    height,
    scale,
    left: [2, 3, 6, 7].includes(orientation) ? rest(width) : 0,
    top: [3, 4, 7, 8].includes(orientation) ? rest(height) : 0,
  }
}

/**
 * libvips drops the last pixel of a row where the scale does not divide the width; libjpeg and Pillow
 * keep it. The header is told a width that is divided: the blocks in the file are the same ones.
 */
function fillLastPixels(bytes: Uint8Array, scale: JpegScale): Uint8Array {
  const frame = readJpegFrame(bytes)
  if (!frame) throw new Error('a JPEG without a frame header cannot be scaled')
  const { width, height, sizeOffset } = frame
  if (width % scale === 0 && height % scale === 0) return bytes
  const filled = Uint8Array.from(bytes)
  const view = new DataView(filled.buffer)
  view.setUint16(sizeOffset, Math.ceil(height / scale) * scale)
  view.setUint16(sizeOffset + 2, Math.ceil(width / scale) * scale)
  return filled
}

async function withTemporaryFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const path = join(tmpdir(), `pixvec-${randomUUID()}.jpg`)
  const file = openSync(path, 'wx+', 0o600)
  try {
    if (hasDescriptorPaths) unlinkSync(path)
    writeFileSync(file, bytes)
    return await use(hasDescriptorPaths ? `/proc/self/fd/${file}` : path)
  } finally {
    closeSync(file)
    if (!hasDescriptorPaths) unlinkSync(path)
  }
}
