import { useId } from 'preact/hooks'
import { fromFiles } from '../pictures/read-drop.js'
import { takeIn } from '../pictures/take-in.js'

const accepted = 'image/jpeg,image/png,image/webp,image/gif,image/avif,image/tiff'

/** A file input that looks like a button. */
export function ChooseFiles({ label }: { readonly label: string }) {
  const id = useId()
  return (
    <span class="choose-files">
      <input
        id={id}
        class="unseen"
        type="file"
        multiple
        accept={accepted}
        onChange={(event) => {
          takeIn(fromFiles(event.currentTarget.files ?? []))
          // So that the same files can be chosen once more.
          event.currentTarget.value = ''
        }}
      />
      <label for={id} class="button">
        {label}
      </label>
    </span>
  )
}
