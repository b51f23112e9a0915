import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differences, readShownJson, textDifferences } from './harness/answer.js'
import { compiledPath, compileExamples, nameOf, toServer } from './harness/compile.js'
import { type ExampleServer, startExampleServer } from './harness/example-server.js'
import { type Fence, readFences } from './harness/fences.js'
import { runGraphqlExample } from './harness/graphql-example.js'
import { documentedFiles, readText } from './harness/repository.js'
import { createWorkspace, type Workspace } from './harness/workspace.js'

/** Blocks that are no code: what a terminal shows, or a file that another program reads. */
const plainLanguages = ['text']
const pythonShim = fileURLToPath(new URL('harness/python', import.meta.url))
const hasPython = spawnSync('python3', ['--version']).status === 0
const hasRequests = spawnSync('python3', ['-c', 'import requests']).status === 0

const pages = documentedFiles().map((file) => ({ file, fences: readFences(file, readText(file)) }))
const all = pages.flatMap(({ fences }) => fences)
const typescript = all.filter((fence) => fence.language === 'ts')

let server: ExampleServer
let workspace: Workspace
let complaints: Map<string, string>
/** What the last block that ran has printed, by file. */
const printed = new Map<string, string>()

beforeAll(async () => {
  workspace = createWorkspace()
  server = await startExampleServer(workspace.folder)
  complaints = compileExamples(typescript, server.url)
})

afterAll(async () => {
  await server?.stop()
  workspace?.remove()
})

describe.each(pages.filter(({ fences }) => fences.length > 0))('$file', ({ fences }) => {
  for (const fence of fences) {
    const isSkipped = fence.language === 'python' && !hasPython
    const reason = isSkipped ? ' (skipped: no python3 here)' : fence.noRun ? ` (not run: ${fence.noRun})` : ''
    test.skipIf(isSkipped)(`line ${fence.line}, ${fence.language}${reason}`, () => check(fence))
  }
})

test('the documentation has examples in every language that it promises', () => {
  const run = all.filter((fence) => fence.noRun === undefined).map((fence) => fence.language)
  for (const language of ['sh', 'ts', 'python', 'graphql', 'json']) expect(run).toContain(language)
})

async function check(fence: Fence): Promise<void> {
  const { language, code } = fence
  if (language === 'ts') expect(complaints.get(nameOf(fence)) ?? '').toBe('')
  if (fence.noRun !== undefined) return
  if (fence.isAnswer) return checkAnswer(fence)
  if (language === 'json') readShownJson(code)
  else if (language === 'graphql') {
    const answer = await runGraphqlExample(code, server.url, workspace.folder)
    if (answer !== undefined) printed.set(fence.file, JSON.stringify(answer))
  } else if (!plainLanguages.includes(language)) {
    const output = await runProgram(fence)
    printed.set(fence.file, output)
    if (!isShown(fence)) refuseFailure(output)
  }
}

/** Whether the block after this one shows what it prints. */
function isShown(fence: Fence): boolean {
  const { fences } = pages.find(({ file }) => file === fence.file)!
  return fences[fences.indexOf(fence) + 1]?.isAnswer ?? false
}

/** curl ends well when the server refuses: an example that is refused, and does not say so, is broken. */
function refuseFailure(output: string): void {
  if (/^\{"(status":[45]|errors")/.test(output)) throw new Error(`The server refused: ${output}`)
}

function runProgram(fence: Fence): Promise<string> {
  const code = toServer(fence.code, server.url)
  switch (fence.language) {
    case 'sh':
      return workspace.run('bash', ['-euo', 'pipefail', '-c', code])
    case 'python':
      return workspace.run('python3', ['-c', code], hasRequests ? {} : { PYTHONPATH: pythonShim })
    case 'ts':
      return workspace.run(process.execPath, [compiledPath(fence)])
    default:
      throw new Error(
        `${nameOf(fence)}: nothing runs \`${fence.language}\`. Give the reason as no-run="…", or use \`text\`.`,
      )
  }
}

function checkAnswer(fence: Fence): void {
  const real = printed.get(fence.file)
  if (real === undefined) throw new Error(`${nameOf(fence)}: no block before it has printed anything.`)
  const found =
    fence.language === 'json'
      ? differences(readShownJson(fence.code), JSON.parse(real))
      : textDifferences(fence.code, real)
  expect(found).toEqual([])
}
