import { computed } from '@preact/signals'
import { notice, takeSamples } from '../pictures/take-in.js'
import { connection } from '../state/connection.js'
import { pictures } from '../state/pictures.js'
import { cancel, embedAgain, remove, retryFailed, run, start } from '../state/run.js'
import { ChooseFiles } from './choose-files.js'

const failed = computed(() =>
  pictures.value.flatMap((picture) => {
    const fate = picture.fate.value
    return fate.kind === 'failed' ? [{ picture, message: fate.message }] : []
  }),
)
const hasSamples = computed(() => pictures.value.some(({ name }) => name === 'houses-1.jpg'))

/** What can be done with the pictures, how far the work is, and what went wrong. */
export function RunBar() {
  return (
    <div class="run-bar">
      <div class="toolbar">
        <h2>Pictures</h2>
        <ChooseFiles label="Add" />
        {!hasSamples.value && (
          <button type="button" class="button quiet" onClick={() => void takeSamples()}>
            Samples
          </button>
        )}
        <button type="button" class="button quiet" onClick={embedAgain}>
          Embed again
        </button>
        <button type="button" class="button quiet" onClick={() => remove(() => true)}>
          Clear
        </button>
      </div>
      <Progress />
      {notice.value && <p class="notice">{notice.value}</p>}
      <Problems />
    </div>
  )
}

function Progress() {
  const now = run.value
  const count = pictures.value.length
  const [done, total] = now.kind === 'running' ? [now.done, now.total] : [count - failed.value.length, count]
  return (
    <div class="progress-row">
      <progress
        aria-label="Pictures embedded"
        max={Math.max(1, total)}
        value={now.kind === 'running' || now.kind === 'idle' ? done : 0}
        hidden={now.kind !== 'running'}
      />
      <p role="status">{progressInWords()}</p>
      {now.kind === 'running' && (
        <button type="button" class="button small" onClick={cancel}>
          Cancel
        </button>
      )}
      {now.kind === 'stopped' && (
        <button type="button" class="button small" onClick={() => void start()}>
          Go on
        </button>
      )}
    </div>
  )
}

function progressInWords(): string {
  const now = run.value
  if (now.kind === 'running') return `${now.done} of ${now.total} embedded`
  if (now.kind === 'stopped') return `${now.message} ${now.waiting} wait.`
  if (connection.value.kind !== 'connected') return `${count(pictures.value.length)} wait for the key, above.`
  const done = pictures.value.length - failed.value.length
  return failed.value.length === 0 ? `${count(done)}.` : `${count(done)}, ${failed.value.length} failed.`
}

const count = (number: number) => `${number} ${number === 1 ? 'picture' : 'pictures'}`

/** Failed pictures with their reasons; those of one reason together. */
function Problems() {
  if (failed.value.length === 0) return null
  const byMessage = new Map<string, string[]>()
  for (const { picture, message } of failed.value) {
    byMessage.set(message, [...(byMessage.get(message) ?? []), picture.name])
  }
  return (
    <div class="problems">
      <div role="alert">
        <ul>
          {[...byMessage].map(([message, names]) => (
            <li key={message}>
              <b>{listed(names)}</b> {message}
            </li>
          ))}
        </ul>
      </div>
      <p class="actions">
        <button type="button" class="button small" onClick={retryFailed}>
          Try again
        </button>
        <button
          type="button"
          class="button small"
          onClick={() => remove(({ fate }) => fate.value.kind === 'failed')}
        >
          Remove failed
        </button>
      </p>
    </div>
  )
}

/** A hundred bad files of one kind are one line, not a hundred. */
function listed(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
