import { signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { comparison } from '../state/comparison.js'
import { selectedId } from '../state/pictures.js'
import { sequentialColour } from '../vectors/palette.js'
import { groups, watchGroups } from './analyses.js'
import { Choice } from './choice.js'
import { cosine } from './numbers.js'
import { Thumbnail } from './thumbnail.js'

type Order = 'likeness' | 'added'
const orders: readonly { value: Order; label: string }[] = [
  { value: 'likeness', label: 'by likeness' },
  { value: 'added', label: 'as added' },
]
const chosenOrder = signal<Order>('likeness')
/** Row and column under the pointer or the arrow keys, in the order that is shown. */
const cell = signal<{ readonly row: number; readonly column: number } | undefined>(undefined)

/** The cosine of each pair as a colour. */
export function MatrixView() {
  useEffect(() => watchGroups(), [])
  const { pictures, similarity } = comparison.value
  const count = pictures.length
  const order = orderOf(count)
  const least = leastOf(count, similarity)
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const image = context.createImageData(count, count)
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < count; column++) {
        const share = (similarity(order[row]!, order[column]!) - least) / (1 - least || 1)
        image.data.set([...sequentialColour(share), 255], (row * count + column) * 4)
      }
    }
    context.putImageData(image, 0, 0)
  })
  const pointed = cell.value && cell.value.row < count && cell.value.column < count ? cell.value : undefined
  const at = (place: number) => pictures[order[place]!]!
  const point = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
    cell.value = {
      row: within(Math.floor(((event.clientY - top) / height) * count), count),
      column: within(Math.floor(((event.clientX - left) / width) * count), count),
    }
  }
  const select = () => {
    if (pointed) selectedId.value = at(pointed.row).id
  }
  return (
    <div class="matrix-view">
      <div class="view-controls">
        <Choice
          legend="Order"
          name="matrix-order"
          options={orders}
          value={chosenOrder.value}
          onChange={(value) => {
            chosenOrder.value = value
          }}
        />
        <Legend least={least} />
      </div>
      <div class="matrix-and-pair">
        <div
          class="matrix"
          role="application"
          aria-label={`Similarity of ${count} pictures with each other. Arrow keys walk the cells, Enter selects the row's picture.`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is walked with the arrow keys
          tabIndex={0}
          onPointerMove={point}
          onPointerDown={point}
          onClick={select}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === ' ') select()
            else if (!walk(event.key, count)) return
            event.preventDefault()
          }}
        >
          <canvas ref={canvas} width={count} height={count} />
          {pointed && (
            <span
              class="matrix-cell"
              style={{
                left: `${(pointed.column / count) * 100}%`,
                top: `${(pointed.row / count) * 100}%`,
                width: `${100 / count}%`,
                height: `${100 / count}%`,
              }}
            />
          )}
        </div>
        <div class="pair">
          <p role="status">
            {pointed ? (
              <>
                <b class="pair-cosine">{cosine(similarity(order[pointed.row]!, order[pointed.column]!))}</b>{' '}
                {at(pointed.row).name} and {at(pointed.column).name}
              </>
            ) : (
              'Point at a cell, or walk with the arrow keys. Enter selects the picture of the row.'
            )}
          </p>
          {pointed && (
            <div class="pair-pictures">
              <Thumbnail picture={at(pointed.row)} />
              <Thumbnail picture={at(pointed.column)} />
            </div>
          )}
        </div>
      </div>
    </div>
  )
}

function Legend({ least }: { readonly least: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const image = context.createImageData(128, 1)
    for (let x = 0; x < 128; x++) image.data.set([...sequentialColour(x / 127), 255], x * 4)
    context.putImageData(image, 0, 0)
  }, [])
  return (
    <p class="legend">
      <span>{cosine(least)}</span>
      <canvas ref={canvas} width="128" height="1" role="img" aria-label="Dark is far, light is near" />
      <span>1</span>
    </p>
  )
}

function orderOf(count: number): ArrayLike<number> {
  const now = groups.value
  const known =
    now.kind === 'done' ? now.answer.order : now.kind === 'working' ? now.last?.answer.order : undefined
  if (chosenOrder.value === 'likeness' && known?.length === count) return known
  return Array.from({ length: count }, (_, at) => at)
}

function leastOf(count: number, similarity: (one: number, other: number) => number): number {
  let least = 1
  for (let one = 0; one < count; one++) {
    for (let other = 0; other < one; other++) least = Math.min(least, similarity(one, other))
  }
  return least
}

function walk(key: string, count: number): boolean {
  const { row, column } = cell.value ?? { row: 0, column: 0 }
  const moves: Record<string, { row: number; column: number }> = {
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
  }
  const next = moves[key]
  if (!next) return false
  cell.value = { row: within(next.row, count), column: within(next.column, count) }
  return true
}

const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value))
