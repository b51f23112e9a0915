import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where models come from and where they are kept. The variables are those of Hugging Face's own tools. */
export interface HubSettings {
  /** Address of the hub or of a mirror, without a slash at its end. */
  readonly endpoint: string
  readonly token: string | undefined
  /** Nothing may be asked of the network. */
  readonly isOffline: boolean
  /** Cache of files, shared with other tools of Hugging Face. */
  readonly cache: string
  /** One lock file a model that is here. */
  readonly models: string
}

/**
 * Reads `HF_ENDPOINT`, `HF_TOKEN`, `HF_TOKEN_PATH`, `HF_HUB_OFFLINE`, `HF_HUB_CACHE`, `HF_HOME` as
 * huggingface_hub does.
 * @source huggingface.co/docs/huggingface_hub, package_reference/environment_variables
 */
export function readHubSettings(environment: NodeJS.ProcessEnv, models: string | undefined): HubSettings {
  const cacheHome = environment.XDG_CACHE_HOME || join(homedir(), '.cache')
  const home = environment.HF_HOME || join(cacheHome, 'huggingface')
  const dataHome = environment.XDG_DATA_HOME || join(homedir(), '.local', 'share')
  return {
    endpoint: (environment.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, ''),
    token: environment.HF_TOKEN?.trim() || tokenIn(environment.HF_TOKEN_PATH || join(home, 'token')),
    isOffline: /^(1|on|yes|true)$/i.test(environment.HF_HUB_OFFLINE ?? ''),
    cache: environment.HF_HUB_CACHE || environment.HUGGINGFACE_HUB_CACHE || join(home, 'hub'),
    models: models ?? join(dataHome, 'pixvec', 'models'),
  }
}

/** What `hf auth login` has left. */
function tokenIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
