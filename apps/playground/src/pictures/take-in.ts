import { signal } from '@preact/signals'
import { addPictures, maxPictures, type NewPicture } from '../state/pictures.js'
import { start } from '../state/run.js'
import { makeThumbnails } from './thumbnails.js'

/** Said of what was dropped, when not all of it was taken. */
export const notice = signal('')

/** Every way in ends here: files, drops, pastes and samples. */
export function takeIn(given: readonly NewPicture[]): void {
  const added = addPictures(given)
  notice.value =
    given.length === 0
      ? 'No pictures in what was dropped. Choose JPEG, PNG, WebP, GIF, AVIF or TIFF files.'
      : added.length < given.length
        ? `Took ${added.length} of ${given.length}: the playground holds ${maxPictures}. For whole folders there is "pixvec embed".`
        : ''
  makeThumbnails(added)
  void start()
}

/** The pictures that ship with Pixvec. Their list is loaded when it is asked for. */
export async function takeSamples(): Promise<void> {
  const { samples } = await import('./samples.js')
  takeIn(samples)
}
