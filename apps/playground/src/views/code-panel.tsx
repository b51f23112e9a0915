import { signal } from '@preact/signals'
import { type LanguageId, languages } from '../code/languages.js'
import { address, dimension, transport } from '../state/connection.js'
import { selected } from '../state/pictures.js'
import { Tabs } from './tabs.js'

const language = signal<LanguageId>('curl')
const copied = signal<'' | 'Copied' | 'Select it and copy by hand'>('')

/** The call that the page makes for the selected picture, ready to copy. The key is not in it. */
export function CodePanel() {
  const { write } = languages.find(({ id }) => id === language.value)!
  const code = write({
    address: address.value,
    dimension: dimension.value,
    file: selected.value?.name ?? 'photo.jpg',
    transport: transport.value,
  })
  return (
    <section class="card code" aria-label="The same call, in code">
      <div class="card-head">
        <h2>The same call</h2>
        <span class="copied" role="status">
          {copied.value}
        </span>
        <button type="button" class="button small" onClick={() => void copy(code)}>
          Copy
        </button>
      </div>
      <Tabs
        label="Language"
        tabs={languages}
        selected={language.value}
        onSelect={(id) => {
          language.value = id
        }}
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the arrow keys */}
        <pre tabIndex={0}>
          <code>{code}</code>
        </pre>
      </Tabs>
      <p class="hint">
        <code>KEY</code> is a variable of your shell: the key itself is never shown.
      </p>
    </section>
  )
}

async function copy(code: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(code)
    copied.value = 'Copied'
  } catch {
    // Pages without HTTPS, other than those of this very machine, have no clipboard.
    copied.value = 'Select it and copy by hand'
  }
  setTimeout(() => {
    copied.value = ''
  }, 2_500)
}
