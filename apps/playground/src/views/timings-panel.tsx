import type { Timings } from '@pixvec/client'
import { selected } from '../state/pictures.js'
import { run, speed } from '../state/run.js'
import { milliseconds } from './numbers.js'

const steps = [
  { id: 'queue', label: 'Queue', of: (timings: Timings) => timings.queueMs },
  { id: 'decode', label: 'Decode', of: (timings: Timings) => timings.decodeMs },
  { id: 'resize', label: 'Resize', of: (timings: Timings) => timings.resizeMs },
  { id: 'inference', label: 'Inference', of: (timings: Timings) => timings.inferenceMs },
] as const

/** Where the server's time went for the selected picture, and how fast the last run was. */
export function TimingsPanel() {
  const fate = selected.value?.fate.value
  const timings = fate?.kind === 'done' ? fate.embedding.timings : undefined
  const sum = timings ? steps.reduce((total, step) => total + step.of(timings), 0) : 0
  return (
    <section class="card timings" aria-label="Time in the server">
      <div class="card-head">
        <h2>Time in the server</h2>
        <span class="total">{timings ? milliseconds(timings.totalMs) : '—'}</span>
      </div>
      <div class="time-bar" aria-hidden="true">
        {timings &&
          steps.map((step) => (
            <span
              key={step.id}
              class={`time-${step.id}`}
              style={{ width: `${(step.of(timings) / (sum || 1)) * 100}%` }}
            />
          ))}
      </div>
      <dl>
        {steps.map((step) => (
          <div key={step.id}>
            <dt>
              <span class={`swatch time-${step.id}`} aria-hidden="true" /> {step.label}
            </dt>
            <dd>{timings ? milliseconds(step.of(timings)) : '—'}</dd>
          </div>
        ))}
        <div>
          <dt>Pictures in its run</dt>
          <dd>{timings?.batchSize ?? '—'}</dd>
        </div>
      </dl>
      <p class="hint">
        {speed.value && run.value.kind === 'idle'
          ? `The last run: ${speed.value.pictures} pictures in ${(speed.value.wallMs / 1000).toFixed(1)} s, ${Math.round(speed.value.pictures / (speed.value.wallMs / 1000))} a second with four on their way, seen from this page.`
          : 'Of the selected picture, as the server measured it. Upload and download are not in it.'}
      </p>
    </section>
  )
}
