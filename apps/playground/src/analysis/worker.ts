// A thread of its own: UMAP and clustering take seconds, and the page must go on.
import { group } from './group.js'
import type { Task } from './messages.js'
import { project } from './project.js'

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<{ id: number; task: Task }>) => void) | null
  postMessage(message: unknown): void
}

scope.onmessage = ({ data: { id, task } }) => {
  try {
    const answer =
      task.kind === 'map'
        ? { places: project(task.method, task.vectors, task.count) }
        : group(task.similarities, task.count)
    scope.postMessage({ id, answer })
  } catch (error) {
    scope.postMessage({ id, problem: error instanceof Error ? error.message : String(error) })
  }
}
