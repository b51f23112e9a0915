import sheet from '../../cache/sample-sheet.webp?url'
import { notice, takeSamples } from '../pictures/take-in.js'
import { connection } from '../state/connection.js'
import { ChooseFiles } from './choose-files.js'

/** The first view: nothing is there yet, and two ways to change that. */
export function StartHere() {
  const isConnected = connection.value.kind === 'connected'
  return (
    <section class="card start" aria-label="Start">
      <div class="start-words">
        <h2>Pictures in, neighbours out</h2>
        <p class="lead">
          Each picture becomes a vector. Pictures that look alike get vectors that lie near each other:
          search, duplicates and groups are arithmetic from there.
        </p>
        <p class="actions">
          <button type="button" class="button primary" onClick={() => void takeSamples()}>
            Start with the samples
          </button>
          <ChooseFiles label="Choose pictures" />
        </p>
        <p class="hint">
          {notice.value ||
            (isConnected
              ? 'Or drop files and folders anywhere, or paste a picture.'
              : 'Or drop files and folders anywhere, or paste a picture. They are sent once the key is there.')}
        </p>
      </div>
      <img
        class="sample-sheet"
        src={sheet}
        width="1728"
        height="324"
        alt="The samples: balloons, cats, cities, cloth, flowers, forests, fruit, houses, mountains, planets, the sea and spheres, three pictures of each"
      />
    </section>
  )
}
