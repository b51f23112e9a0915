import { signal } from '@preact/signals'
import { useEffect, useId } from 'preact/hooks'
import type { GroupsAnswer } from '../analysis/messages.js'
import type { Picture } from '../state/pictures.js'
import { type Answered, groups, watchGroups } from './analyses.js'
import { PictureRow } from './picture-row.js'

/** How many groups somebody asked for; undefined: as many as fit best. */
const wanted = signal<number | undefined>(undefined)

/** Pictures put into groups by their vectors alone. */
export function GroupsView() {
  useEffect(() => watchGroups(), [])
  const now = groups.value
  const shown = now.kind === 'done' ? now : now.kind === 'working' ? now.last : undefined
  if (now.kind === 'failed') return <p class="empty">{now.message}</p>
  if (!shown) return <p class="empty">Sorting …</p>
  return <Groups {...shown} />
}

function Groups({ of: { pictures }, answer: { labels, suggested } }: Answered<GroupsAnswer>) {
  const id = useId()
  const count = Math.min(wanted.value ?? suggested, labels.length)
  const grouped: Picture[][] = Array.from({ length: count }, () => [])
  for (const [at, label] of labels[count - 1]!.entries()) grouped[label]!.push(pictures[at]!)
  const alone = grouped.filter(({ length }) => length === 1).flat()
  return (
    <div class="groups">
      <div class="view-controls">
        <label class="slider" for={id}>
          <span>Groups</span>
          <input
            id={id}
            type="range"
            min="1"
            max={labels.length}
            value={count}
            onInput={(event) => {
              wanted.value = event.currentTarget.valueAsNumber
            }}
          />
          <output for={id}>{count}</output>
        </label>
        {wanted.value !== undefined && wanted.value !== suggested && (
          <button
            type="button"
            class="button small"
            onClick={() => {
              wanted.value = undefined
            }}
          >
            {suggested} fit best
          </button>
        )}
        <p class="hint">Average linkage over cosines; {suggested} groups part these pictures best.</p>
      </div>
      <ol class="row-list">
        {grouped
          .filter(({ length }) => length > 1)
          .map((members, at) => (
            <li key={at}>
              <h3>
                Group {at + 1} <span>{members.length} pictures</span>
              </h3>
              <PictureRow pictures={members} />
            </li>
          ))}
      </ol>
      {alone.length > 0 && (
        <div class="alone">
          <h3>
            On their own{' '}
            <span>
              {alone.length} {alone.length === 1 ? 'picture' : 'pictures'}
            </span>
          </h3>
          <PictureRow pictures={alone} />
        </div>
      )}
    </div>
  )
}
