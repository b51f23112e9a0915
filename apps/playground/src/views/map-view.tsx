import { useEffect, useRef } from 'preact/hooks'
import { type Picture, selected, selectedId } from '../state/pictures.js'
import { nearestTo } from '../vectors/neighbours.js'
import { type Answered, type MapMethod, map, mapMethod, watchMap } from './analyses.js'
import { Choice } from './choice.js'
import { moveInGrid } from './grid-keys.js'
import { Thumbnail } from './thumbnail.js'

const methods: readonly { value: MapMethod; label: string }[] = [
  { value: 'pca', label: 'PCA' },
  { value: 'umap', label: 'UMAP' },
]

/** All pictures on a plane, near ones near each other. */
export function MapView() {
  useEffect(() => watchMap(), [])
  const now = map.value
  const shown = now.kind === 'done' ? now : now.kind === 'working' ? now.last : undefined
  return (
    <div class="map-view">
      <div class="view-controls">
        <Choice
          legend="Layout"
          name="map-method"
          options={methods}
          value={mapMethod.value}
          onChange={(value) => {
            mapMethod.value = value
          }}
        />
        <p class="hint" role="status">
          {now.kind === 'failed'
            ? now.message
            : now.kind === 'working'
              ? 'Drawing the map …'
              : mapMethod.value === 'pca'
                ? 'The plane in which the vectors differ most. Lines lead to the three nearest.'
                : 'Keeps neighbours together; far distances mean little. Lines lead to the three nearest.'}
        </p>
      </div>
      {shown ? <Plane {...shown} /> : <div class="plane" />}
    </div>
  )
}

function Plane({ of: { pictures, similarity, indexOf }, answer: places }: Answered<Float32Array>) {
  const plane = useRef<HTMLDivElement>(null)
  const at = indexOf(selected.value?.id)
  const near = at < 0 ? [] : nearestTo(at, pictures.length, similarity, 3)
  const x = (i: number) => `${margin + (100 - 2 * margin) * places[i * 2]!}%`
  const y = (i: number) => `${margin + (100 - 2 * margin) * places[i * 2 + 1]!}%`
  const isNear = new Set(near.map((neighbour) => neighbour.at))
  return (
    <div
      ref={plane}
      class="plane"
      role="listbox"
      aria-label="Map of the pictures. Arrow keys walk."
      data-size={pictures.length > 120 ? 'small' : pictures.length > 50 ? 'medium' : 'large'}
      onKeyDown={(event) => moveInGrid(event, plane.current, '[role=option]')}
    >
      <svg class="links" aria-hidden="true">
        {near.map((neighbour) => (
          <line key={neighbour.at} x1={x(at)} y1={y(at)} x2={x(neighbour.at)} y2={y(neighbour.at)} />
        ))}
      </svg>
      {pictures.map((picture, i) => (
        <Pin
          key={picture.id}
          picture={picture}
          left={x(i)}
          top={y(i)}
          isSelected={i === at}
          isNear={isNear.has(i)}
          isInTabOrder={i === Math.max(0, at)}
        />
      ))}
    </div>
  )
}

/** Room for half a picture at the edges, in percent. */
const margin = 7

interface PinProps {
  readonly picture: Picture
  readonly left: string
  readonly top: string
  readonly isSelected: boolean
  readonly isNear: boolean
  readonly isInTabOrder: boolean
}

function Pin({ picture, left, top, isSelected, isNear, isInTabOrder }: PinProps) {
  const select = () => {
    selectedId.value = picture.id
  }
  return (
    <div
      role="option"
      class={`pin${isNear ? ' is-near' : ''}`}
      aria-selected={isSelected}
      aria-label={picture.name}
      title={picture.name}
      tabIndex={isInTabOrder ? 0 : -1}
      style={{ left, top }}
      onFocus={select}
    >
      <Thumbnail picture={picture} />
    </div>
  )
}
