import type { GroupsAnswer, MapAnswer, Task } from './messages.js'

type AnswerOf<T extends Task> = T extends { kind: 'map' } ? MapAnswer : GroupsAnswer

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

let worker: Worker | undefined
const waiting = new Map<number, Waiting>()
let nextId = 1

/**
 * Has the worker do it. The first task loads it, with the libraries for it.
 * @throws Error when the worker fails
 */
export function analyse<T extends Task>(task: T): Promise<AnswerOf<T>> {
  worker ??= startWorker()
  const id = nextId++
  const answer = new Promise<AnswerOf<T>>((resolve, reject) => {
    waiting.set(id, { resolve: (value) => resolve(value as AnswerOf<T>), reject })
  })
  worker.postMessage({ id, task })
  return answer
}

function startWorker(): Worker {
  const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  started.onmessage = ({ data }: MessageEvent<{ id: number; answer?: unknown; problem?: string }>) => {
    const task = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.problem === undefined) task?.resolve(data.answer)
    else task?.reject(new Error(data.problem))
  }
  started.onerror = (event) => {
    for (const task of waiting.values())
      task.reject(new Error(event.message || 'The worker could not be loaded.'))
    waiting.clear()
    worker = undefined
  }
  return started
}
