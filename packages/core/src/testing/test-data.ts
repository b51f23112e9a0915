import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `shared/data` beside the project's root: real pictures that the project itself does not contain. */
const besideTheProject = fileURLToPath(new URL('../../../../../shared/data', import.meta.url))

/**
 * A folder of test pictures that may be absent: `it.skipIf(!folder)` then names the test as skipped.
 * @param folder  below `PIXVEC_TEST_DATA`, or else below `../shared/data` from the project's root
 * @returns absolute path, or undefined where it is not there
 */
export function testData(folder: string): string | undefined {
  const path = join(process.env.PIXVEC_TEST_DATA ?? besideTheProject, folder)
  return existsSync(path) ? path : undefined
}
