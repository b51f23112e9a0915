import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fence } from './markdown.mjs'

const bin = fileURLToPath(new URL('../../../server/bin/pixvec.js', import.meta.url))
const run = promisify(execFile)

/** `--help` of the command and of every command below it, as a terminal of 80 columns shows it. */
export async function renderCli() {
  const sections = await helpBelow([])
  return sections.map(({ command, help }) => `## ${command}\n\n${fence('text', help)}`).join('\n\n')
}

/**
 * @param {readonly string[]} path
 * @returns {Promise<{ command: string, help: string }[]>}
 */
async function helpBelow(path) {
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', COLUMNS: '80', NO_COLOR: '1' }
  const { stdout } = await run(process.execPath, [bin, ...path, '--help'], { env })
  const below = await Promise.all(commandNames(stdout).map((name) => helpBelow([...path, name])))
  return [{ command: ['pixvec', ...path].join(' '), help: stdout }, ...below.flat()]
}

/** @param {string} help */
function commandNames(help) {
  const listed = help.split(/^Commands:\n/m)[1]?.split(/^\S/m)[0] ?? ''
  return [...listed.matchAll(/^ {2}([a-z][\w-]*)/gm)]
    .map((match) => match[1])
    .filter((name) => name !== 'help')
}
