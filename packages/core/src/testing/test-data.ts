import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `shared` beside the project's root: real pictures and encoders that the project does not contain. */
const besideTheProject = fileURLToPath(new URL('../../../../../shared', import.meta.url))

/**
 * A folder of test pictures that may be absent: `it.skipIf(!folder)` then names the test as skipped.
 * @param folder  below `PIXVEC_TEST_DATA`, or else below `../shared/data` from the project's root
 * @returns absolute path, or undefined where it is not there
 */
export function testData(folder: string): string | undefined {
  const path = join(process.env.PIXVEC_TEST_DATA ?? join(besideTheProject, 'data'), folder)
  return existsSync(path) ? path : undefined
}

/**
 * The folder of a public encoder that may be absent: `model.onnx` and `preprocessor_config.json`.
 * @param name  folder below `PIXVEC_TEST_MODELS`, or else below `../shared/models` from the project's root
 * @returns absolute path, or undefined where it is not there
 */
export function testModel(name: string): string | undefined {
  const path = join(process.env.PIXVEC_TEST_MODELS ?? join(besideTheProject, 'models'), name)
  return existsSync(path) ? path : undefined
}
