import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkedRelative, checkOnnxFile, describeEncoder, EncoderFacts } from './describe-encoder.js'
import { loadModel } from './load-model.js'
import type { ModelBundle } from './manifest.js'
import { readPreprocessorConfig } from './preprocessor-config.js'

/**
 * A folder with an encoder → what can be loaded. It holds `model.onnx` and either a whole manifest as
 * `pixvec.json`, or a Hugging Face `preprocessor_config.json` and, for what that and the graph do not
 * tell, a `pixvec.json` of {@link EncoderFacts}.
 * @throws Error that names what is missing or wrong
 */
export async function openModelFolder(folder: string): Promise<ModelBundle> {
  const manifestPath = join(resolve(folder), 'pixvec.json')
  const stated: unknown = existsSync(manifestPath) ? readJson(manifestPath) : {}
  if (typeof stated === 'object' && stated !== null && 'recipe' in stated) {
    return checkedManifest(loadModel(manifestPath), manifestPath)
  }
  const facts = EncoderFacts.safeParse(stated)
  if (!facts.success) {
    const issues = facts.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`${manifestPath} is not valid: ${issues.join('; ')}.`)
  }
  const path = join(resolve(folder), 'model.onnx')
  const processorPath = join(resolve(folder), 'preprocessor_config.json')
  for (const needed of [path, processorPath]) {
    if (!existsSync(needed)) throw new Error(`${needed} is missing: a model's folder needs it.`)
  }
  const processor = readPreprocessorConfig(readJson(processorPath))
  return describeEncoder({ path, processor, facts: facts.data, factsFile: manifestPath })
}

/** Whoever wrote the manifest may have written the graph: neither is trusted to stay in the folder. */
function checkedManifest(bundle: ModelBundle, manifestPath: string): ModelBundle {
  const { file, externalData = [] } = bundle.manifest
  for (const name of [file, ...externalData.map((data) => data.file)]) checkedRelative(name)
  if (!existsSync(bundle.path)) throw new Error(`${bundle.path} is missing: ${manifestPath} names it.`)
  const { external } = checkOnnxFile({ path: bundle.path })
  const unlisted = external.filter((name) => !externalData.some((data) => data.file === name))
  if (unlisted.length > 0) {
    throw new Error(
      `${bundle.path} keeps weights in ${unlisted.join(', ')}; list it with its SHA-256 as "externalData" in ${manifestPath}.`,
    )
  }
  return bundle
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Error(`${path} is not JSON: ${(cause as Error).message}.`, { cause })
  }
}
