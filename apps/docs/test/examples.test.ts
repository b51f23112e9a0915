import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differences, nearness, readShownJson, textDifferences } from './harness/answer.js'
import { compiledPath, compileExamples, nameOf, toServer } from './harness/compile.js'
import { type ExampleServer, startExampleServer } from './harness/example-server.js'
import { type Fence, readFences } from './harness/fences.js'
import { runGraphqlExample } from './harness/graphql-example.js'
import { hasModule, missingFor } from './harness/missing.js'
import { type PostgresServer, postgresWithVectors, startPostgres } from './harness/postgres.js'
import { makePhotosText, photos } from './harness/recipe-photos.js'
import {
  figureDifferences,
  makeRecipe,
  recipeDifferences,
  recipeOf,
  writeRecipe,
  writeText,
} from './harness/recipe-result.js'
import { documentedFiles, readText, root } from './harness/repository.js'
import { rewriteJson } from './harness/rewrite-answer.js'
import { createWorkspace, programMs, type Workspace } from './harness/workspace.js'

/** Blocks that are no code: what a terminal shows, or a file that another program reads. */
const plainLanguages = ['text']
const pythonShim = fileURLToPath(new URL('harness/python', import.meta.url))
const hasRequests = hasModule('requests')
/** `pnpm --filter @pixvec/docs answers`: what differs is not reported but written into the page. */
const isRewriting = process.env.PIXVEC_WRITE_ANSWERS === '1'

const pages = documentedFiles().map((file) => ({ file, fences: readFences(file, readText(file)) }))
const all = pages.flatMap(({ fences }) => fences)
const typescript = all.filter((fence) => fence.language === 'ts')

let server: ExampleServer
let postgres: PostgresServer | undefined
let workspace: Workspace
let complaints: Map<string, string>
/** What blocks have printed: the last one by file, and those with a title by file and title. */
const printed = new Map<string, string>()
const rewritten = new Map<Fence, string>()

beforeAll(async () => {
  workspace = createWorkspace()
  server = await startExampleServer(workspace.folder)
  complaints = compileExamples(typescript, server.url)
  const bin = postgresWithVectors()
  if (bin) postgres = await startPostgres(bin)
})

afterAll(async () => {
  rewritePages()
  await server?.stop()
  await postgres?.stop()
  workspace?.remove()
})

describe.each(pages.filter(({ fences }) => fences.length > 0))('$file', ({ file, fences }) => {
  for (const fence of fences) {
    const missing = missingFor(fence.isAnswer ? blockOf(fence) : fence)
    const reason = missing ? ` (skipped: ${missing})` : fence.noRun ? ` (not run: ${fence.noRun})` : ''
    test.skipIf(missing)(
      `line ${fence.line}, ${fence.language}${reason}`,
      () => check(fence),
      programMs + 10_000,
    )
  }
  const recipe = recipeOf(file)
  if (!recipe) return
  const missing = fences.map(missingFor).find((reason) => reason !== undefined && !reason.includes('Python'))
  test.skipIf(missing)(
    `ends with what its code finds${missing ? ` (skipped: ${missing})` : ''}`,
    async () => {
      const made = await makeRecipe(recipe, workspace.folder, server.url)
      if (isRewriting) writeRecipe(made)
      else expect(recipeDifferences(made)).toEqual([])
    },
  )
})

const noPhotos = photos ? '' : ' (skipped: no caltech101-dev here)'
test.skipIf(!photos)(
  `classification.md tells what its code finds of photos${noPhotos}`,
  async () => {
    const block = typescript.find(
      ({ file, title }) => file.endsWith('classification.md') && title === 'classify.ts',
    )!
    const made = await makePhotosText(workspace, compiledPath(block))
    if (isRewriting) writeText(made)
    else expect(figureDifferences(made, 11)).toEqual([]) // 2 % of 540
  },
  300_000,
)

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
    printed.set(`${fence.file} ${fence.title}`, output)
    if (!isShown(fence)) refuseFailure(output)
  }
}

/** Whether another block shows what this one prints. */
function isShown(fence: Fence): boolean {
  const { fences } = pages.find(({ file }) => file === fence.file)!
  return fences.some((one) => one.isAnswer && blockOf(one) === fence)
}

/** curl ends well when the server refuses: an example that is refused, and does not say so, is broken. */
function refuseFailure(output: string): void {
  if (/^\{"(status":[45]|errors")/.test(output)) throw new Error(`The server refused: ${output}`)
}

/** The block whose answer this is. */
function blockOf(answer: Fence): Fence {
  const { fences } = pages.find(({ file }) => file === answer.file)!
  const before = fences.slice(0, fences.indexOf(answer)).filter((one) => !one.isAnswer)
  const block = before.findLast((one) => answer.title === undefined || one.title === answer.title)
  if (!block) throw new Error(`${nameOf(answer)}: no block before it that this could be the answer of.`)
  return block
}

function runProgram(fence: Fence): Promise<string> {
  const code = toServer(fence.code, server.url)
  switch (fence.language) {
    case 'sh':
      return workspace.run('bash', ['-euo', 'pipefail', '-c', code])
    case 'python':
      return workspace.run('python3', ['-c', code], hasRequests ? {} : { PYTHONPATH: pythonShim })
    case 'ts':
      return workspace.run(
        process.execPath,
        [compiledPath(fence)],
        postgres && { DATABASE_URL: postgres.url },
      )
    default:
      throw new Error(
        `${nameOf(fence)}: nothing runs \`${fence.language}\`. Give the reason as no-run="…", or use \`text\`.`,
      )
  }
}

function checkAnswer(fence: Fence): void {
  const real = printed.get(fence.title ? `${fence.file} ${fence.title}` : fence.file)
  if (real === undefined) throw new Error(`${nameOf(fence)}: no block before it has printed anything.`)
  const isJson = fence.language === 'json'
  const found = isJson
    ? differences(readShownJson(fence.code), JSON.parse(real))
    : textDifferences(fence.code, real, fence.isNear && !isRewriting ? nearness : 0)
  if (!isRewriting) expect(found).toEqual([])
  else if (found.length > 0) rewritten.set(fence, isJson ? rewriteJson(fence.code, JSON.parse(real)) : real)
}

/** From the last line to the first, so that the lines of the others stay where they are. */
function rewritePages(): void {
  for (const [fence, code] of [...rewritten].sort(([one], [other]) => other.line - one.line)) {
    const lines = readText(fence.file).split('\n')
    lines.splice(fence.line, fence.code.trimEnd().split('\n').length, ...code.trimEnd().split('\n'))
    writeFileSync(join(root, fence.file), lines.join('\n'))
  }
}
