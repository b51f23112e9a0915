import { useEffect } from 'preact/hooks'
import { fromDrop, fromFiles } from '../pictures/read-drop.js'
import { takeIn } from '../pictures/take-in.js'
import { address, isServedByPixvec } from '../state/connection.js'
import { pictures } from '../state/pictures.js'
import { ConnectionForm } from './connection-form.js'
import { isDropping, watchDrops } from './drop-target.js'
import { StartHere } from './start-here.js'
import { Workspace } from './workspace.js'

/** The whole page. */
export function Playground() {
  useEffect(
    () =>
      watchDrops({
        onDrop: async (transfer) => takeIn(await fromDrop(transfer)),
        onPaste: (files) => takeIn(fromFiles(files)),
      }),
    [],
  )
  const hasPictures = pictures.value.length > 0
  return (
    <div class="page">
      <a class="skip" href="#work">
        Skip to the pictures
      </a>
      <header class="top">
        <h1 class="brand">
          <img src="./mark.svg" alt="" width="28" height="28" />
          <span>
            <b>Pixvec</b> playground
          </span>
        </h1>
        {isServedByPixvec && <code class="server-address">{address.value}</code>}
      </header>
      <main>
        <ConnectionForm />
        <div id="work" tabIndex={-1}>
          {hasPictures ? <Workspace /> : <StartHere />}
        </div>
      </main>
      {isDropping.value && (
        <div class="drop-veil" aria-hidden="true">
          <p>Drop to add</p>
        </div>
      )}
    </div>
  )
}
