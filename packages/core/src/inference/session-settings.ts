import { availableCores } from './available-cores.js'
import type { ExecutionProvider } from './execution-providers.js'

/** How much ONNX Runtime rewrites a graph before it runs it. */
export const graphOptimizations = ['disabled', 'basic', 'extended', 'layout', 'all'] as const

export type GraphOptimization = (typeof graphOptimizations)[number]

/** How the model is run. */
export interface SessionSettings {
  /**
   * Processes that run the model, each with a session of its own. Each holds the weights.
   * @default the cores of the CPU quota, at most 4, fewer for models above 250 MB; 1 with another provider than cpu
   */
  readonly sessions: number
  /**
   * Threads inside one run of a session.
   * @default the cores of the CPU quota, shared among the sessions
   */
  readonly intraOpThreads: number
  /**
   * What runs the graph, the preferred first. A node that one cannot run goes to the next, and in the end to
   * the CPU.
   * @default ['cpu']
   */
  readonly executionProviders: readonly ExecutionProvider[]
  /** How much the runtime rewrites the graph before it runs it. @default 'all' */
  readonly graphOptimization: GraphOptimization
  /**
   * Keeps the memory of a run for the next. Without it each run asks the system: less memory, more time.
   * @default true
   */
  readonly memoryArena: boolean
  /**
   * Threads that have nothing to do look for work without sleeping: CPU for a little less delay. It takes
   * the CPU from the decoders.
   * @default false
   */
  readonly spinning: boolean
}

/** Above this many, sessions get more threads instead: each is a process of 100 MB beside the weights. */
const mostSessions = 4
/** Weights of all sessions of all models together, as they lie on disk. */
const mostWeightBytes = 1_000_000_000

/**
 * What is not set, by rule. One session a core wins over one session of all cores: no thread waits for another
 * inside a run. `pnpm bench sessions` compares the shapes.
 * @param loadedBytes  size of the files of all models that are loaded
 */
export function resolveSessionSettings(
  given: Partial<SessionSettings>,
  loadedBytes: number,
  cores: number = availableCores(),
): SessionSettings {
  const executionProviders = given.executionProviders ?? ['cpu']
  const onCpu = executionProviders.every((provider) => provider === 'cpu')
  // A GPU runs one batch after the other anyway, and its memory is dear.
  const byRule = onCpu ? Math.min(cores, mostSessions, Math.floor(mostWeightBytes / loadedBytes)) : 1
  const sessions = given.sessions ?? Math.max(1, byRule)
  return {
    sessions,
    intraOpThreads: given.intraOpThreads ?? Math.max(1, Math.floor(cores / sessions)),
    executionProviders,
    graphOptimization: given.graphOptimization ?? 'all',
    memoryArena: given.memoryArena ?? true,
    spinning: given.spinning ?? false,
  }
}
