import {
  type EmbedManyResult,
  PixvecApiError,
  PixvecClientError,
  PixvecConnectionError,
  PixvecResponseError,
} from '@pixvec/client'
import { batch, effect, signal } from '@preact/signals'
import { updateComparison } from './comparison.js'
import { client, connection, dimension, isKeyProblem, model, refuse } from './connection.js'
import { type Fate, type Picture, pictures, removePictures } from './pictures.js'

/** The work on all pictures that wait. */
export type Run =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly done: number; readonly failed: number; readonly total: number }
  /** Broken off: pictures still wait, and `start` goes on with them. */
  | { readonly kind: 'stopped'; readonly message: string; readonly waiting: number }

/** How fast the last run was, seen from here. */
export interface RunSpeed {
  readonly pictures: number
  readonly wallMs: number
}

export const run = signal<Run>({ kind: 'idle' })
export const speed = signal<RunSpeed | undefined>(undefined)

/** Results are shown together this often: one by one, two hundred of them would freeze the page. */
const showEveryMs = 80
/** Views of all pictures follow more slowly: each newcomer may move every other one in a list of the nearest. */
const compareEveryMs = 500
/** As many as a browser opens connections to one HTTP/1.1 server, less some for the page itself. */
const concurrency = 4

let current: AbortController | undefined

class Cancelled extends Error {}

/** Embeds what waits, until nothing does. Pictures that come meanwhile are taken along. */
export async function start(): Promise<void> {
  if (current || connection.peek().kind !== 'connected' || nextWaiting() === undefined) return
  const controller = new AbortController()
  current = controller
  const wanted = dimension.peek()
  const startedMs = performance.now()
  const counts = { done: 0, failed: 0 }
  const show = createShow(counts)
  try {
    // A picture that comes while the last ones are on their way begins another round.
    while (nextWaiting()) {
      const options = { dimension: wanted, concurrency, signal: controller.signal, toImage: load }
      for await (const result of client().embedMany(takeWaiting(), options)) {
        const fatal = fatalError(result)
        if (fatal) throw fatal
        counts.done++
        if (!result.ok) counts.failed++
        if (result.ok) result.item.embeddings.set(wanted, result.value)
        show.later(result.item, fateOf(result))
      }
    }
    show.now()
    run.value = { kind: 'idle' }
    if (counts.done > counts.failed) {
      speed.value = { pictures: counts.done - counts.failed, wallMs: performance.now() - startedMs }
    }
  } catch (error) {
    controller.abort(error)
    show.now()
    stopped(error)
  } finally {
    current = undefined
  }
  if (run.peek().kind === 'idle') void start()
}

/** Gives up what is on its way. What is done stays. */
export function cancel(): void {
  current?.abort(new Cancelled('You stopped it.'))
}

/** Takes the failed ones up again that may succeed now. */
export function retryFailed(): void {
  batch(() => {
    for (const { fate } of pictures.value) {
      if (fate.value.kind === 'failed') fate.value = { kind: 'waiting' }
    }
  })
  void start()
}

/** Asks the server anew for all. */
export function embedAgain(): void {
  cancel()
  batch(() => {
    for (const picture of pictures.value) {
      picture.embeddings.clear()
      picture.fate.value = { kind: 'waiting' }
    }
    updateComparison()
  })
  afterCurrent(() => void start())
}

export function remove(isRemoved: (picture: Picture) => boolean): void {
  batch(() => {
    removePictures(isRemoved)
    updateComparison()
    const now = run.value
    if (now.kind === 'stopped') {
      const waiting = countUndone()
      run.value = waiting > 0 ? { ...now, waiting } : { kind: 'idle' }
    }
    if (pictures.value.length === 0) {
      cancel()
      speed.value = undefined
    }
  })
}

// Another dimension: what has such a vector shows it at once, the rest is asked for.
let shownDimension = dimension.peek()
effect(() => {
  const wanted = dimension.value
  if (wanted === shownDimension) return
  shownDimension = wanted
  cancel()
  batch(() => {
    for (const picture of pictures.peek()) {
      const embedding = picture.embeddings.get(wanted)
      if (embedding) picture.fate.value = { kind: 'done', embedding }
      else if (picture.fate.peek().kind !== 'failed') picture.fate.value = { kind: 'waiting' }
    }
    updateComparison()
  })
  afterCurrent(() => void start())
})

// Another model: vectors of two models must not be compared.
let knownModel: string | undefined
effect(() => {
  if (!model.value) return
  const name = `${model.value.id} ${model.value.revision}`
  const isOther = knownModel !== undefined && knownModel !== name
  knownModel = name
  if (isOther) queueMicrotask(embedAgain)
})

// The way to the server is open: whatever waits goes.
effect(() => {
  if (connection.value.kind === 'connected') queueMicrotask(() => void start())
})

function afterCurrent(then: () => void): void {
  if (!current) then()
  else setTimeout(() => afterCurrent(then), 10)
}

function nextWaiting(): Picture | undefined {
  return pictures.peek().find(({ fate }) => fate.peek().kind === 'waiting')
}

function* takeWaiting(): Generator<Picture> {
  for (let next = nextWaiting(); next; next = nextWaiting()) {
    next.fate.value = { kind: 'working' }
    yield next
  }
}

function load(picture: Picture): Promise<Blob> {
  return picture.load()
}

function createShow(counts: { done: number; failed: number }) {
  let showTimer: ReturnType<typeof setTimeout> | undefined
  let compareTimer: ReturnType<typeof setTimeout> | undefined
  let held: [Picture, Fate][] = []
  const compare = () => {
    clearTimeout(compareTimer)
    compareTimer = undefined
    updateComparison()
  }
  const show = () => {
    clearTimeout(showTimer)
    showTimer = undefined
    const fates = held
    held = []
    batch(() => {
      for (const [picture, fate] of fates) picture.fate.value = fate
      run.value = { kind: 'running', ...counts, total: counts.done + countUndone() }
    })
  }
  run.value = { kind: 'running', ...counts, total: countUndone() }
  return {
    now() {
      batch(() => {
        show()
        compare()
      })
    },
    later(picture: Picture, fate: Fate) {
      held.push([picture, fate])
      showTimer ??= setTimeout(show, showEveryMs)
      compareTimer ??= setTimeout(compare, compareEveryMs)
    },
  }
}

function countUndone(): number {
  return pictures.peek().filter(({ fate }) => ['waiting', 'working'].includes(fate.peek().kind)).length
}

function stopped(error: unknown): void {
  batch(() => {
    for (const { fate } of pictures.value) {
      if (fate.value.kind === 'working') fate.value = { kind: 'waiting' }
    }
    const waiting = countUndone()
    const message = error instanceof Error ? error.message : String(error)
    run.value = waiting > 0 ? { kind: 'stopped', message, waiting } : { kind: 'idle' }
    if (isKeyProblem(error) && PixvecClientError.isInstance(error)) refuse(error)
  })
}

/** What will befall every other picture as well. */
function fatalError(result: EmbedManyResult<Picture>): Error | undefined {
  if (result.ok) return undefined
  const { error } = result
  if (PixvecConnectionError.isInstance(error) || PixvecResponseError.isInstance(error)) return error
  return PixvecApiError.isInstance(error) && ['UNAUTHENTICATED', 'SHUTTING_DOWN'].includes(error.code)
    ? error
    : undefined
}

function fateOf(result: EmbedManyResult<Picture>): Fate {
  if (result.ok) return { kind: 'done', embedding: result.value }
  const { error } = result
  return {
    kind: 'failed',
    message: error instanceof Error ? error.message : String(error),
    isRetryable: PixvecClientError.isInstance(error) && error.retryable,
  }
}
