import { useRef } from 'preact/hooks'
import { dimension } from '../state/connection.js'
import { type Picture, pictures, selectedId } from '../state/pictures.js'
import { remove } from '../state/run.js'
import { moveInGrid } from './grid-keys.js'
import { HeatStrip } from './heat-strip.js'
import { Thumbnail } from './thumbnail.js'

/** All pictures, each with its vector. Arrow keys walk, Delete removes. */
export function PictureGrid() {
  const grid = useRef<HTMLDivElement>(null)
  const focusedId = selectedId.value ?? pictures.value[0]?.id
  return (
    <div
      ref={grid}
      class="picture-grid"
      role="listbox"
      aria-label="Pictures. Arrow keys walk, Delete removes."
      onKeyDown={(event) => {
        if (event.key === 'Delete' || event.key === 'Backspace') {
          event.preventDefault()
          remove(({ id }) => id === selectedId.value)
          requestAnimationFrame(() => grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus())
        } else moveInGrid(event, grid.current)
      }}
    >
      {pictures.value.map((picture) => (
        <Tile key={picture.id} picture={picture} isInTabOrder={picture.id === focusedId} />
      ))}
    </div>
  )
}

function Tile({ picture, isInTabOrder }: { readonly picture: Picture; readonly isInTabOrder: boolean }) {
  const fate = picture.fate.value
  const select = () => {
    selectedId.value = picture.id
  }
  return (
    <div
      role="option"
      class={`tile is-${fate.kind}`}
      aria-selected={picture.id === selectedId.value}
      tabIndex={isInTabOrder ? 0 : -1}
      title={fate.kind === 'failed' ? `${picture.name}: ${fate.message}` : picture.name}
      onFocus={select}
    >
      <Thumbnail picture={picture} />
      {fate.kind === 'done' ? (
        <HeatStrip vector={fate.embedding.embedding} label={`Its ${dimension.value} numbers`} />
      ) : (
        <span class="strip-place">{words[fate.kind]}</span>
      )}
      <span class="tile-name">{picture.name}</span>
    </div>
  )
}

const words = { waiting: 'waiting', working: 'embedding …', failed: 'failed' } as const
