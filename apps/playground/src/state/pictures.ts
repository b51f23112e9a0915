import type { Embedding } from '@pixvec/client'
import { computed, type Signal, signal } from '@preact/signals'

/** What has become of a picture, for the dimension that is shown. */
export type Fate =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'working' }
  | { readonly kind: 'done'; readonly embedding: Embedding }
  | { readonly kind: 'failed'; readonly message: string; readonly isRetryable: boolean }

export interface Picture {
  readonly id: number
  readonly name: string
  /** The bytes, when they are needed: samples are fetched then, files are read by the browser. */
  load(): Promise<Blob>
  readonly fate: Signal<Fate>
  /** Address of a small picture: undefined until it is made, `none` for what the browser cannot show. */
  readonly thumbnail: Signal<string | 'none' | undefined>
  /** By dimension: switching back asks nothing. */
  readonly embeddings: Map<number, Embedding>
}

/**
 * Most pictures at once. The matrix grows with the square, and a browser is no place for ten thousand:
 * `pixvec embed` is.
 */
export const maxPictures = 500

/** In the order in which they came. */
export const pictures = signal<readonly Picture[]>([])
export const selectedId = signal<number | undefined>(undefined)
export const selected = computed(() => pictures.value.find(({ id }) => id === selectedId.value))

let nextId = 1

export interface NewPicture {
  readonly name: string
  load(): Promise<Blob>
  /** Address of a thumbnail that is there already. @default made from the bytes */
  readonly thumbnail?: string
}

/**
 * Adds as many as there is room for.
 * @returns those that were added
 */
export function addPictures(added: readonly NewPicture[]): readonly Picture[] {
  const room = Math.max(0, maxPictures - pictures.value.length)
  const fresh = added.slice(0, room).map(({ name, load, thumbnail }) => ({
    id: nextId++,
    name,
    load,
    fate: signal<Fate>({ kind: 'waiting' }),
    thumbnail: signal(thumbnail),
    embeddings: new Map<number, Embedding>(),
  }))
  pictures.value = [...pictures.value, ...fresh]
  selectedId.value ??= fresh[0]?.id
  return fresh
}

/** Lets the pictures go, with the memory of their thumbnails. */
export function removePictures(isRemoved: (picture: Picture) => boolean): void {
  const before = pictures.value
  const selectedAt = before.findIndex(({ id }) => id === selectedId.value)
  const [gone, kept] = [before.filter(isRemoved), before.filter((picture) => !isRemoved(picture))]
  for (const { thumbnail } of gone) {
    if (thumbnail.value?.startsWith('blob:')) URL.revokeObjectURL(thumbnail.value)
  }
  pictures.value = kept
  if (!kept.some(({ id }) => id === selectedId.value)) {
    selectedId.value = kept[Math.min(Math.max(selectedAt, 0), kept.length - 1)]?.id
  }
}
