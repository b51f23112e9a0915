import { signal } from '@preact/signals'

const query = matchMedia('(prefers-color-scheme: dark)')

/** What the page is painted on, for what is drawn on canvases. */
export const ground = signal<'light' | 'dark'>(query.matches ? 'dark' : 'light')
query.addEventListener('change', ({ matches }) => {
  ground.value = matches ? 'dark' : 'light'
})
