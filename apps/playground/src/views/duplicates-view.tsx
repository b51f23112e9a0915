import { signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { comparison } from '../state/comparison.js'
import { findNearDuplicates } from '../vectors/near-duplicates.js'
import { cosine } from './numbers.js'
import { PictureRow } from './picture-row.js'

const threshold = signal(0.95)

/** Pictures that are nearly the same, above a threshold that is set by hand. */
export function DuplicatesView() {
  const id = useId()
  const { pictures, similarity } = comparison.value
  const { groups, nearest } = findNearDuplicates(pictures.length, similarity, threshold.value)
  const spare = groups.reduce((sum, { members }) => sum + members.length - 1, 0)
  return (
    <div class="duplicates">
      <div class="view-controls">
        <label class="slider" for={id}>
          <span>Cosine of at least</span>
          <input
            id={id}
            type="range"
            min="0.5"
            max="1"
            step="0.005"
            value={threshold.value}
            onInput={(event) => {
              threshold.value = event.currentTarget.valueAsNumber
            }}
          />
          <output for={id}>{cosine(threshold.value)}</output>
        </label>
      </div>
      <p class="summary" role="status">
        {groups.length > 0
          ? `${groups.length} ${groups.length === 1 ? 'set' : 'sets'} of near-duplicates; ${spare} ${spare === 1 ? 'picture' : 'pictures'} could go.`
          : nearest &&
            `No pair reaches ${cosine(threshold.value)}. The nearest has ${cosine(nearest.similarity)}: ${pictures[nearest.one]!.name} and ${pictures[nearest.other]!.name}.`}
      </p>
      {groups.length === 0 && nearest && nearest.similarity >= 0.5 && (
        <button
          type="button"
          class="button small"
          onClick={() => {
            threshold.value = Math.floor(nearest.similarity * 200) / 200
          }}
        >
          Show that pair
        </button>
      )}
      <ol class="row-list">
        {groups.map(({ members, least, greatest }) => (
          <li key={members.map((at) => pictures[at]!.id).join()}>
            <h3>
              {members.length} pictures{' '}
              <span>{least === greatest ? cosine(least) : `${cosine(least)} to ${cosine(greatest)}`}</span>
            </h3>
            <PictureRow pictures={members.map((at) => pictures[at]!)} />
          </li>
        ))}
      </ol>
    </div>
  )
}
