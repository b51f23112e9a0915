import { type Picture, selectedId } from '../state/pictures.js'
import { Thumbnail } from './thumbnail.js'

/** Pictures side by side; each can be selected. */
export function PictureRow({ pictures }: { readonly pictures: readonly Picture[] }) {
  return (
    <ul class="picture-row">
      {pictures.map((picture) => (
        <li key={picture.id}>
          <button
            type="button"
            class="small-picture"
            aria-pressed={picture.id === selectedId.value}
            title={picture.name}
            onClick={() => {
              selectedId.value = picture.id
            }}
          >
            <Thumbnail picture={picture} alt={picture.name} />
            {typeof picture.thumbnail.value === 'string' && picture.thumbnail.value !== 'none' ? null : (
              <span class="unseen">{picture.name}</span>
            )}
          </button>
        </li>
      ))}
    </ul>
  )
}
