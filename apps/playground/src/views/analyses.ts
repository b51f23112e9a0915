import { effect, signal } from '@preact/signals'
import { analyse } from '../analysis/analyse.js'
import type { GroupsAnswer } from '../analysis/messages.js'
import { type Comparison, comparison } from '../state/comparison.js'
import { dimension } from '../state/connection.js'

/** An answer of the worker, with what it is about. A newer one takes its place when it is there. */
export type Analysis<T> =
  | { readonly kind: 'none' }
  | { readonly kind: 'working'; readonly last: Answered<T> | undefined }
  | { readonly kind: 'failed'; readonly message: string }
  | ({ readonly kind: 'done' } & Answered<T>)

export interface Answered<T> {
  readonly of: Comparison
  readonly answer: T
}

/** While results pour in, no more often than this. */
const settleMs = 250

export type MapMethod = 'pca' | 'umap'
export const mapMethod = signal<MapMethod>('pca')
export const map = signal<Analysis<Float32Array>>({ kind: 'none' })
export const groups = signal<Analysis<GroupsAnswer>>({ kind: 'none' })

/** Keeps the map true while somebody looks at it. @returns what ends it */
export function watchMap(): () => void {
  return watch(map, () => {
    const method = mapMethod.value
    const length = dimension.value
    return async ({ pictures }) => {
      const vectors = new Float32Array(pictures.length * length)
      for (const [at, picture] of pictures.entries()) {
        vectors.set(picture.embeddings.get(length)!.embedding, at * length)
      }
      return (await analyse({ kind: 'map', method, vectors, count: pictures.length })).places
    }
  })
}

/** Keeps the groups true while somebody looks at them. @returns what ends it */
export function watchGroups(): () => void {
  return watch(groups, () => ({ pictures, similarity }) => {
    const count = pictures.length
    const similarities = Float32Array.from({ length: count * count }, (_, i) =>
      similarity(Math.floor(i / count), i % count),
    )
    return analyse({ kind: 'groups', similarities, count })
  })
}

/** @param prepare  reads the signals that the answer hangs on, and gives the way to it */
function watch<T>(
  target: { value: Analysis<T>; peek(): Analysis<T> },
  prepare: () => (of: Comparison) => Promise<T>,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0
  const stop = effect(() => {
    const of = comparison.value
    const answerFor = prepare()
    const mine = ++turn
    if (of.pictures.length < 2) return
    clearTimeout(timer)
    timer = setTimeout(
      async () => {
        const before = target.peek()
        const last = before.kind === 'done' ? before : before.kind === 'working' ? before.last : undefined
        target.value = { kind: 'working', last }
        try {
          const answer = await answerFor(of)
          if (mine === turn) target.value = { kind: 'done', of, answer }
        } catch (error) {
          if (mine !== turn) return
          target.value = { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
        }
      },
      target.peek().kind === 'none' ? 0 : settleMs,
    )
  })
  return () => {
    turn++
    clearTimeout(timer)
    stop()
    // What was left half done is begun anew at the next look.
    const now = target.peek()
    if (now.kind === 'working') target.value = now.last ? { kind: 'done', ...now.last } : { kind: 'none' }
  }
}
