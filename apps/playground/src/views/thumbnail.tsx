import type { Picture } from '../state/pictures.js'

/** A picture, small, in a frame of 4 to 3. */
export function Thumbnail({ picture, alt = '' }: { readonly picture: Picture; readonly alt?: string }) {
  const source = picture.thumbnail.value
  return (
    <span class="thumbnail">
      {source === 'none' ? (
        <span class="no-thumbnail">no preview</span>
      ) : (
        source && <img src={source} alt={alt} width="160" height="120" decoding="async" draggable={false} />
      )}
    </span>
  )
}
