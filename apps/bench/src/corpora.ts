import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawPicture } from './corpus.js'

/** A size of picture that is measured. Each is one picture, drawn by code: the same bytes at every run. */
export interface Corpus {
  readonly id: '320' | '1280' | '12mp'
  readonly title: string
  readonly width: number
  readonly height: number
  /** Measured time of one side in one round: long enough for some calls of each caller. */
  readonly seconds: number
}

export const corpora: readonly Corpus[] = [
  { id: '320', title: '320 × 240', width: 320, height: 240, seconds: 2 },
  { id: '1280', title: '1280 × 960', width: 1280, height: 960, seconds: 2.5 },
  { id: '12mp', title: '4000 × 3000 (12 MP)', width: 4000, height: 3000, seconds: 3 },
]

/** Draws the picture of a corpus into a folder. */
export async function writePicture(
  { id, width, height }: Corpus,
  folder: string,
): Promise<{ path: string; jpeg: Buffer }> {
  const { jpeg } = await drawPicture(width, height)
  const path = join(folder, `${id}.jpg`)
  writeFileSync(path, jpeg)
  return { path, jpeg }
}
