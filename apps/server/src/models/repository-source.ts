import type { EncoderFacts } from '@pixvec/core'
import { openHubRepository } from './hub-repository.js'
import type { HubSettings } from './hub-settings.js'
import { ModelFailure } from './model-failure.js'
import type { PullSource } from './pull-model.js'

/** What a person says of a repository that the catalogue does not know. */
export interface RepositoryOptions {
  readonly repository: string
  readonly revision: string
  /** @default the repository's own name */
  readonly id?: string | undefined
  /** The ONNX file, where there are several. */
  readonly file?: string | undefined
  readonly facts: EncoderFacts
}

/** Where exporters put the image encoder, the most telling name first. */
const usualFiles = [
  'onnx/vision_model.onnx',
  'vision_model.onnx',
  'onnx/model.onnx',
  'model.onnx',
  'visual/model.onnx',
  'image.onnx',
]

/** A repository → what to pull from it. Its recipe is the `preprocessor_config.json` in it. */
export async function repositorySource(
  { repository, revision, id, file, facts }: RepositoryOptions,
  settings: HubSettings,
  signal: AbortSignal,
): Promise<PullSource> {
  const source = {
    id: id ?? repository.split('/')[1]!,
    repository,
    revision,
    processor: 'repository',
    facts,
  } as const
  if (settings.isOffline) {
    throw new ModelFailure(
      'offline',
      `HF_HUB_OFFLINE is set, so ${repository} is not asked. Unset it to pull.`,
    )
  }
  if (file) return { ...source, file }
  const { endpoint, token } = settings
  const hub = openHubRepository({ endpoint, token, repository, signal })
  const paths = await hub.list(await hub.commitOf(revision))
  const graphs = paths.filter((path) => path.endsWith('.onnx'))
  const usual = usualFiles.find((path) => graphs.includes(path))
  if (usual) return { ...source, file: usual }
  if (graphs.length === 1) return { ...source, file: graphs[0]! }
  const found = graphs.length === 0 ? 'no ONNX file' : `${graphs.length} ONNX files: ${graphs.join(', ')}`
  throw new ModelFailure('unusable', `${repository} has ${found}. Name the image encoder with --file.`)
}
