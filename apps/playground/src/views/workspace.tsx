import { CodePanel } from './code-panel.js'
import { PictureGrid } from './picture-grid.js'
import { RunBar } from './run-bar.js'
import { TimingsPanel } from './timings-panel.js'
import { Views } from './views.js'

/** Pictures on one side, what they tell on the other. */
export function Workspace() {
  return (
    <div class="workspace">
      <section class="card pictures" aria-label="Pictures">
        <RunBar />
        <PictureGrid />
      </section>
      <div class="findings">
        <Views />
        <div class="beside">
          <CodePanel />
          <TimingsPanel />
        </div>
      </div>
    </div>
  )
}
