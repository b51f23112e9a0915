import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export const command = fileURLToPath(new URL('../bin/pixvec.js', import.meta.url))
export const samplesFolder = fileURLToPath(new URL('../samples/', import.meta.url))
export const samples = readdirSync(samplesFolder)
  .filter((name) => name.endsWith('.jpg'))
  .sort()
  .map((name) => join(samplesFolder, name))

export const freshFolder = () => mkdtempSync(join(tmpdir(), 'pixvec-test-'))

/** The environment of a child: nothing of this one's settings, and folders of its own for state and models. */
export function childEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PIXVEC|HF)_/.test(name))
  const home = freshFolder()
  return { ...Object.fromEntries(inherited), XDG_STATE_HOME: home, XDG_DATA_HOME: home, ...more }
}

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: Uint8Array
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
}

/** Runs the built command to its end. */
export async function pixvec(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = startPixvec(args, options)
  child.stdin.on('error', () => {})
  child.stdin.end(options.input)
  return finished(child)
}

export function startPixvec(
  args: readonly string[],
  { env, cwd }: RunOptions = {},
): ChildProcessWithoutNullStreams {
  // A process group of its own, as a terminal gives to each command.
  const options = { env: childEnvironment(env), cwd, stdio: 'pipe', detached: true } as const
  return spawn(process.execPath, [command, ...args], options)
}

export async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code, stdout, stderr }
}
