import { filesOf, sizeOf } from '../models/load-model.js'
import type { ModelBundle } from '../models/manifest.js'
import type { Backend, BackendOptions } from './backend.js'
import { type InferenceProcess, startInferenceProcess } from './inference-process.js'
import type { SessionStart } from './messages.js'
import { createSessionPool } from './session-pool.js'
import { resolveSessionSettings, type SessionSettings } from './session-settings.js'

/**
 * The ONNX Runtime backend: each session in a process of its own, so that a run blocks nobody and a crash
 * of native code ends one session alone.
 * @param startProcess  what starts a process; tests give one that fails
 * @throws Error when the file is missing, damaged, or not what the manifest says
 * @throws ExecutionProviderError when a provider that was asked for cannot run here
 */
export async function createOnnxBackend(
  { model, loadedBytes = sizeOf(model), ...given }: BackendOptions,
  startProcess: (
    start: SessionStart,
    signal: AbortSignal,
  ) => Promise<InferenceProcess> = startInferenceProcess,
): Promise<Backend> {
  const settings = resolveSessionSettings(given, loadedBytes)
  const session = sessionStart(model, settings)
  const pool = await createSessionPool({
    size: settings.sessions,
    startWhenNeeded: true,
    start: (signal) => startProcess(session, signal),
  })
  return {
    parallelRuns: settings.sessions,
    coresPerRun: settings.intraOpThreads,
    run: pool.run,
    close: pool.close,
  }
}

/** What an inference process has to know of a model. */
export function sessionStart(model: ModelBundle, settings: SessionSettings): SessionStart {
  const { input, output } = model.manifest
  const { sessions: _, ...each } = settings
  return {
    ...each,
    path: model.path,
    files: filesOf(model),
    inputName: input.name,
    inputType: input.type,
    outputName: output.name,
    maxImages: input.maxImages,
    inputShape: input.layout === 'NHWC' ? [input.height, input.width, 3] : [3, input.height, input.width],
    outputLength: output.length,
    pool: output.pool,
  }
}
