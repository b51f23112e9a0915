/** What can run a graph in onnxruntime-node, by the runtime's own names. */
export const executionProviders = ['cpu', 'cuda', 'tensorrt', 'coreml', 'dml', 'webgpu'] as const

export type ExecutionProvider = (typeof executionProviders)[number]

/** Which provider cannot run here, and what is known of it. */
export interface ProviderFailure {
  readonly provider: ExecutionProvider
  /** What this build of onnxruntime-node has on this platform. */
  readonly present: readonly string[]
  /** What the runtime said, where the build has the provider and it does not start. */
  readonly reason?: string
}

/** A provider was asked for by configuration and cannot run here. Thrown at the start. */
export class ExecutionProviderError extends Error {
  override readonly name = 'ExecutionProviderError'
  readonly provider: ExecutionProvider
  readonly present: readonly string[]
  readonly reason: string | undefined

  constructor({ provider, present, reason }: ProviderFailure) {
    super(
      reason === undefined
        ? `Execution provider ${provider} is not in this build of ONNX Runtime (${process.platform} ${process.arch}), which has ${present.join(', ')}. Remove it from PIXVEC_EXECUTION_PROVIDERS.`
        : `Execution provider ${provider} does not start: ${sentence(reason)} ${needs[provider]} Else remove it from PIXVEC_EXECUTION_PROVIDERS.`,
    )
    this.provider = provider
    this.present = present
    this.reason = reason
  }
}

/** What a provider wants of the machine, beside being in the build. */
const needs: Readonly<Record<ExecutionProvider, string>> = {
  cpu: '',
  cuda: 'It needs an NVIDIA driver, CUDA and cuDNN as ONNX Runtime was built with, and the CUDA libraries of onnxruntime-node.',
  tensorrt: 'It needs what cuda needs, and TensorRT.',
  coreml: 'It needs macOS 10.15 or newer.',
  dml: 'It needs Windows 10 or newer with a DirectX 12 GPU.',
  webgpu: 'It needs a GPU with a driver for Vulkan, Metal or Direct3D 12.',
}

/** What the runtime said, as one sentence on one line. It begins with a place in its source at times. */
function sentence(reason: string): string {
  const said = reason
    .replaceAll(/\s+/g, ' ')
    .replace(/^\/\S+\.cc:\d+ /, '')
    .trim()
  return said.endsWith('.') ? said : `${said}.`
}
