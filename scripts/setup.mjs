// Makes a fresh clone ready to run: the right Node, the dependencies, the built packages. Plain Node:
// it runs before anything is installed. What is already there is recognised by a hash and left alone.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))
const workspace = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** What turbo builds for each purpose, and the package whose needs it covers. */
const builds = {
  server: { filter: ['--filter=pixvec...'], product: 'pixvec' },
  all: { filter: [], product: undefined },
}

/**
 * Installs and builds what is missing or out of date.
 * @param {{ build: 'server' | 'all' | 'none' }} options  `server`: what the `pixvec` command needs
 * @throws {SetupError} when a step failed; its output has been shown
 */
export function setUp({ build }) {
  checkNode()
  installDependencies()
  if (build !== 'none') buildPackages(build)
}

/** A step failed. The message is one line for a person. */
export class SetupError extends Error {}

function checkNode() {
  const wanted = workspace.engines.node.replace('>=', '')
  const [major, minor] = wanted.split('.').map(Number)
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number)
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return
  throw new SetupError(
    `Pixvec needs Node ${wanted} or newer; this is Node ${process.versions.node}. Install one from nodejs.org.`,
  )
}

function installDependencies() {
  const members = packageFolders()
  const manifests = members.map((folder) => join(folder, 'package.json'))
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]
  const stamp = stampOf('install', hashFiles(files))
  const isThere = members.every(
    (folder) => !dependsOnAny(folder) || existsSync(join(root, folder, 'node_modules')),
  )
  if (stamp.isCurrent && isThere) return

  say('Installing dependencies …')
  mustRun('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--config.confirmModulesPurge=false'])
  stamp.write()
}

function buildPackages(build) {
  const { filter, product } = builds[build]
  const members = product ? closureOf(product) : packageFolders()
  const files = ['package.json', 'tsconfig.base.json', 'turbo.json', ...members.flatMap(sourcesIn)]
  const stamp = stampOf(`build-${build}`, hashFiles(files))
  const isBuilt = (folder) =>
    !['tsconfig.build.json', 'vite.config.ts'].some((file) => existsSync(join(root, folder, file))) ||
    existsSync(join(root, folder, 'dist'))
  if (stamp.isCurrent && members.every(isBuilt)) return

  say('Building …')
  mustRun('turbo', ['run', 'build', ...filter, '--output-logs=errors-only', '--log-order=grouped'])
  stamp.write()
}

/** The folders of a package and of every package of ours that it needs. */
function closureOf(name) {
  const byName = new Map(
    packageFolders().map((folder) => [readJson(join(root, folder, 'package.json')).name, folder]),
  )
  const found = new Set()
  const visit = (wanted) => {
    const folder = byName.get(wanted)
    if (folder === undefined || found.has(folder)) return
    found.add(folder)
    const { dependencies = {}, devDependencies = {} } = readJson(join(root, folder, 'package.json'))
    for (const needed of [...Object.keys(dependencies), ...Object.keys(devDependencies)]) visit(needed)
  }
  visit(name)
  return [...found].sort()
}

export function packageFolders() {
  return ['packages', 'apps']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
}

function dependsOnAny(folder) {
  const { dependencies = {}, devDependencies = {} } = readJson(join(root, folder, 'package.json'))
  return Object.keys(dependencies).length + Object.keys(devDependencies).length > 0
}

/** What a build reads: everything of a package but what it writes, and the models, whose hash is checked when they are loaded. */
function sourcesIn(folder) {
  const skipped = new Set(['node_modules', 'dist', 'test-results', 'coverage', '.turbo', 'cache'])
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name) || entry.name.endsWith('.onnx')) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? sourcesIn(path) : [path]
  })
}

function hashFiles(files) {
  const hash = createHash('sha256')
  for (const file of files) {
    const content = readFileSync(join(root, file))
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  // Native packages differ by platform, and a clone may be mounted into another one.
  return hash.update(`${process.platform} ${process.arch}`).digest('hex')
}

/** A stamp says of which files the work was done. It lies where it goes when the work goes. */
function stampOf(name, hash) {
  const path = join(root, 'node_modules', '.pixvec', name)
  return {
    isCurrent: existsSync(path) && readFileSync(path, 'utf8') === hash,
    write() {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, hash)
    },
  }
}

/** A step of the setup. Its output goes to stderr: stdout is the command's own. */
function mustRun(command, args) {
  const status = run(command, args, { stdout: 2 })
  if (status !== 0) {
    throw new SetupError(
      `This step failed with status ${status}, its output is above: ${command} ${args.join(' ')}`,
    )
  }
}

/**
 * Runs `pnpm`, `turbo` or another command in the repository, to its end.
 * @returns {number} its exit status
 */
export function run(command, args, { stdout = 'inherit' } = {}) {
  const [file, ...words] = locate(command)
  const { status, signal, error } = spawnSync(file, [...words, ...args], {
    cwd: root,
    env: {
      ...process.env,
      PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH,
      TURBO_TELEMETRY_DISABLED: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
      DO_NOT_TRACK: '1',
    },
    stdio: ['inherit', stdout, 'inherit'],
    shell: process.platform === 'win32' && file === 'npx',
  })
  if (error) throw new SetupError(`${command} cannot be started: ${error.message}`)
  if (signal) process.exit(128 + constants.signals[signal])
  return status
}

/** The workspace's own copy of a tool, which needs no network; the first pnpm is brought by npx. */
function locate(command) {
  if (command === 'turbo') return [process.execPath, join(root, 'node_modules', 'turbo', 'bin', 'turbo')]
  if (command !== 'pnpm') return [command]
  const wanted = workspace.packageManager.split('+')[0]
  const local = join(root, 'node_modules', 'pnpm')
  const isLocal = existsSync(local) && `pnpm@${readJson(join(local, 'package.json')).version}` === wanted
  return isLocal ? [process.execPath, join(local, 'bin', 'pnpm.cjs')] : ['npx', '-y', wanted]
}

/** Runs one of these scripts to its end; a failed step is one line, not a stack. */
export async function main(work) {
  try {
    const status = await work()
    if (status !== undefined) process.exitCode = status
  } catch (thrown) {
    if (!(thrown instanceof SetupError)) throw thrown
    say(thrown.message)
    process.exitCode = 1
  }
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
