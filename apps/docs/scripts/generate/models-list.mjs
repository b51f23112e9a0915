import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fence } from './markdown.mjs'

const bin = fileURLToPath(new URL('../../../server/bin/pixvec.js', import.meta.url))
const run = promisify(execFile)

/** What `pixvec models list` shows where nothing has been pulled, as an example that is run. */
export async function renderModelsList() {
  const env = { PATH: process.env.PATH, HOME: '/nonexistent' }
  const { stdout } = await run(process.execPath, [bin, 'models', 'list'], { env })
  return `${fence('sh', 'pixvec models list')}\n\n${fence('text answer', stdout)}`
}
