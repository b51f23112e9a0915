import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleKey } from './example-server.js'
import { gallery, pixvecBin, samples } from './repository.js'

/**
 * The folder that examples run in: sample pictures under the names that examples use (`photo.jpg` and
 * `other.jpg`, `cat.jpg` and `dog.jpg`, the six of `photos/`, all 36 of `gallery/`), and `pixvec` on the path.
 */
export interface Workspace {
  readonly folder: string
  /**
   * Runs a program there. An exit code other than 0 is an error with all that it printed.
   * @returns what it wrote to stdout
   */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>
  remove(): void
}

/** Time for a program of an example: recipes embed some hundred pictures. */
export const programMs = 60_000

export function createWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'pixvec-examples-'))
  const bin = join(folder, '.bin')
  mkdirSync(bin)
  symlinkSync(pixvecBin, join(bin, 'pixvec'))
  const pictures = readdirSync(samples).filter((name) => name.endsWith('.jpg'))
  for (const target of ['apps/server/samples', 'photos']) {
    for (const name of pictures) cpSync(join(samples, name), join(folder, target, name))
  }
  for (const from of [samples, gallery]) {
    const names = readdirSync(from).filter((name) => name.endsWith('.jpg'))
    for (const name of names) cpSync(join(from, name), join(folder, 'gallery', name))
  }
  const [one, other] = pictures.sort() as [string, string]
  for (const name of ['photo.jpg', 'cat.jpg']) cpSync(join(samples, one), join(folder, name))
  for (const name of ['other.jpg', 'dog.jpg']) cpSync(join(samples, other), join(folder, name))

  const environment = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: folder,
    LANG: 'C.UTF-8',
    KEY: exampleKey,
  }

  function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return new Promise<string>((resolve, reject) => {
      const options = { cwd: folder, env: { ...environment, ...env }, timeout: programMs, maxBuffer: 64e6 }
      execFile(program, args, options, (error, stdout, stderr) => {
        if (!error) resolve(stdout)
        else reject(new Error(`${program} failed (${error.code ?? error.signal}):\n${stdout}\n${stderr}`))
      })
    })
  }

  return { folder, run, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
