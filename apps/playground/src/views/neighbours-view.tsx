import { comparison } from '../state/comparison.js'
import { selected, selectedId } from '../state/pictures.js'
import { nearestTo } from '../vectors/neighbours.js'
import { HeatStrip } from './heat-strip.js'
import { cosine } from './numbers.js'
import { Thumbnail } from './thumbnail.js'

/** The selected picture, and those nearest to it with their cosines. */
export function NeighboursView() {
  const { pictures, similarity, indexOf } = comparison.value
  const picture = selected.value
  const at = indexOf(picture?.id)
  if (!picture) return <p class="empty">Select a picture.</p>
  const fate = picture.fate.value
  if (at < 0 || fate.kind !== 'done') {
    return (
      <p class="empty">
        {fate.kind === 'failed' ? `${picture.name}: ${fate.message}` : `${picture.name} has no vector yet.`}
      </p>
    )
  }
  const { embedding, dimension } = fate.embedding
  return (
    <div class="neighbours">
      <figure class="chosen">
        <Thumbnail picture={picture} alt={picture.name} />
        <HeatStrip vector={embedding} label={`The ${dimension} numbers of ${picture.name}`} />
        <figcaption>
          <b>{picture.name}</b>
          <span>{dimension} numbers</span>
          <code class="numbers">
            [{[...embedding.slice(0, 3)].map((value) => value.toFixed(4)).join(', ')}, …]
          </code>
        </figcaption>
      </figure>
      <div>
        <h3>Nearest to it</h3>
        <ol class="neighbour-list" aria-label={`Nearest to ${picture.name}`}>
          {nearestTo(at, pictures.length, similarity).map((neighbour) => {
            const other = pictures[neighbour.at]!
            return (
              <li key={other.id}>
                <button
                  type="button"
                  class="neighbour"
                  onClick={() => {
                    selectedId.value = other.id
                  }}
                >
                  <Thumbnail picture={other} />
                  <span class="neighbour-name">{other.name}</span>
                  <span class="score">{cosine(neighbour.similarity)}</span>
                  <span class="score-bar" aria-hidden="true">
                    <span style={{ width: `${Math.max(0, neighbour.similarity) * 100}%` }} />
                  </span>
                </button>
              </li>
            )
          })}
        </ol>
      </div>
    </div>
  )
}
