import {
  address,
  chooseDimension,
  connect,
  connection,
  dimension,
  dimensions,
  isServedByPixvec,
  key,
  type Transport,
  transport,
} from '../state/connection.js'
import { Choice } from './choice.js'

const transports: readonly { value: Transport; label: string }[] = [
  { value: 'rest', label: 'REST' },
  { value: 'graphql', label: 'GraphQL' },
]

/** Key, state of the server, and what every call shares: dimension and transport. */
export function ConnectionForm() {
  const now = connection.value
  const isRefused = now.kind === 'refused'
  return (
    <section class="card connection" aria-label="Server">
      <form
        // Nothing is ever sent by the form itself: the fields have no names.
        onSubmit={(event) => {
          event.preventDefault()
          void connect()
        }}
        autocomplete="off"
      >
        {!isServedByPixvec && (
          <p class="field address-field">
            <label for="address">Address of your server</label>
            <input
              id="address"
              type="url"
              required
              value={address.value}
              onInput={(event) => {
                address.value = event.currentTarget.value.replace(/\/+$/, '')
              }}
            />
          </p>
        )}
        <p class="field">
          <label for="key">Key</label>
          <input
            id="key"
            type="password"
            // Keeps password managers from offering to store it.
            autocomplete="off"
            data-1p-ignore
            data-lpignore="true"
            spellcheck={false}
            placeholder="pixvec_…"
            aria-describedby="connection-state"
            aria-invalid={now.kind === 'refused' && now.isKeyWrong}
            value={key.value}
            onInput={(event) => {
              // A key is pasted with the line's end as often as not.
              key.value = event.currentTarget.value.trim()
            }}
          />
        </p>
        <button type="submit" class="button primary" aria-disabled={now.kind === 'asking'}>
          Connect
        </button>
      </form>
      <div class="settings">
        <Choice
          legend="Numbers"
          name="dimension"
          options={dimensions.value.map((value) => ({ value, label: String(value) }))}
          value={dimension.value}
          onChange={chooseDimension}
        />
        <Choice
          legend="Transport"
          name="transport"
          options={transports}
          value={transport.value}
          onChange={(value) => {
            transport.value = value
          }}
        />
      </div>
      <div id="connection-state" class={`connection-state is-${now.kind}`}>
        <span class="dot" aria-hidden="true" />
        <span role={isRefused ? 'alert' : 'status'}>{stateInWords()}</span>
      </div>
    </section>
  )
}

function stateInWords(): string {
  const now = connection.value
  switch (now.kind) {
    case 'none':
      return isServedByPixvec
        ? 'Paste the key that the server printed at its start, after “Key”. It stays in the memory of this page.'
        : `Start a server with PIXVEC_CORS_ORIGINS=${location.origin} and paste the key that it prints. It stays in the memory of this page.`
    case 'asking':
      return 'Asking the server …'
    case 'refused':
      return now.message
    case 'connected':
      return `Connected. Model ${now.model.id}, revision ${now.model.revision.slice(0, 12)}.`
  }
}
