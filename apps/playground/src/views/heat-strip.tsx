import { useLayoutEffect, useRef } from 'preact/hooks'
import { divergingColour } from '../vectors/palette.js'
import { ground } from './ground.js'

interface HeatStripProps {
  readonly vector: Float32Array
  readonly label: string
  /** Cells in a row. @default 64 */
  readonly columns?: number
}

/** A vector as cells: orange for more than nothing, blue for less. All strips of one length share a scale. */
export function HeatStrip({ vector, label, columns = 64 }: HeatStripProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const rows = Math.ceil(vector.length / columns)
  const onGround = ground.value
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const image = context.createImageData(columns, rows)
    // The numbers of a unit vector are this large in the mean; four times as much is the end of the scale.
    const full = 4 / Math.sqrt(vector.length)
    for (const [at, value] of vector.entries()) {
      image.data.set([...divergingColour(value / full, onGround), 255], at * 4)
    }
    context.putImageData(image, 0, 0)
  }, [vector, columns, rows, onGround])
  return (
    <canvas ref={canvas} class="heat-strip" width={columns} height={rows} role="img" aria-label={label} />
  )
}
