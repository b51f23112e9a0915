import { signal } from '@preact/signals'

/** Whether files hang over the page. */
export const isDropping = signal(false)

interface Receivers {
  onDrop(transfer: DataTransfer): void
  onPaste(files: readonly File[]): void
}

/** Takes files that are dropped anywhere on the page, or pasted. @returns what ends it */
export function watchDrops({ onDrop, onPaste }: Receivers): () => void {
  const over = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    // Without this the browser would open the file in place of the page.
    event.preventDefault()
    isDropping.value = true
  }
  const leave = (event: DragEvent) => {
    if (event.relatedTarget === null) isDropping.value = false
  }
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    isDropping.value = false
    onDrop(event.dataTransfer)
  }
  const paste = (event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length > 0) onPaste(files)
  }
  document.addEventListener('dragover', over)
  document.addEventListener('dragleave', leave)
  document.addEventListener('drop', drop)
  document.addEventListener('paste', paste)
  return () => {
    document.removeEventListener('dragover', over)
    document.removeEventListener('dragleave', leave)
    document.removeEventListener('drop', drop)
    document.removeEventListener('paste', paste)
  }
}
