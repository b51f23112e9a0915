import type { Picture } from '../state/pictures.js'

/** Longest edge in pixels: twice what a tile shows. */
const edge = 320
/** A decoded photo of 40 megapixels takes 160 MB: few at once. */
const atOnce = 2

const waiting: Picture[] = []
let working = 0

/** Makes a small picture of each, a few at a time. Two hundred photos as they are would fill the memory. */
export function makeThumbnails(pictures: readonly Picture[]): void {
  waiting.push(...pictures.filter(({ thumbnail }) => thumbnail.value === undefined))
  while (working < atOnce && waiting.length > 0) void work()
}

async function work(): Promise<void> {
  working++
  for (let picture = waiting.shift(); picture; picture = waiting.shift()) {
    picture.thumbnail.value = await thumbnailOf(await picture.load()).catch(() => 'none')
  }
  working--
}

/** @throws DOMException for what this browser cannot decode, TIFF for one; the server may */
async function thumbnailOf(file: Blob): Promise<string> {
  const bitmap = await createImageBitmap(file)
  const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', 0.85))
  if (!blob) throw new DOMException('The canvas gave no picture.')
  return URL.createObjectURL(blob)
}
