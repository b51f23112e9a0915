import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type LanguageId, languages } from '../src/code/languages.js'
import { hasChromium, launchChromium } from './browser.js'
import { galleryFile, galleryPath } from './gallery.js'
import { type RunningPlayground, startPlayground } from './start-playground.js'
import { textOf, visit } from './visitor.js'

const run = promisify(execFile)
const has = (command: string, ...words: string[]) => {
  try {
    execFileSync(command, words, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const hasCurl = has('curl', '--version')
const hasRequests = has('python3', '-c', 'import requests')

/** Names that a shell, curl, TypeScript or Python could take for something else. */
const names = ['cat.jpg', `it's "mine"; $HOME, \\ ok.jpg`]
let playground: RunningPlayground
let browser: Browser | undefined
let folder: string

beforeAll(async () => {
  playground = await startPlayground()
  if (hasChromium) browser = await launchChromium()
  // Inside the package, so that its imports are found.
  const parent = fileURLToPath(new URL('../test-results/', import.meta.url))
  mkdirSync(parent, { recursive: true })
  folder = mkdtempSync(join(parent, 'code-'))
  for (const name of names) copyFileSync(galleryPath('cat-1'), join(folder, name))
})
afterAll(async () => {
  await browser?.close()
  await playground?.close()
  rmSync(folder, { recursive: true })
})

const code = (id: LanguageId, file: string, transport: 'rest' | 'graphql' = 'rest') =>
  languages
    .find((language) => language.id === id)!
    .write({ address: playground.url, dimension: 1024, file, transport })

const inFolder = () => ({ cwd: folder, env: { ...process.env, KEY: playground.key } })

describe.each(names)('the code for %s runs as it is', (file) => {
  test.skipIf(!hasCurl)('in a shell with curl', async () => {
    const { stdout } = await run('sh', ['-c', code('curl', file)], inFolder())
    expect(JSON.parse(stdout).embedding).toHaveLength(1024)
  })

  test('as GraphQL', async () => {
    const answer = await fetch(`${playground.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${playground.key}` },
      body: JSON.stringify({
        query: code('graphql', file),
        variables: { img: await readFile(join(folder, file), 'base64') },
      }),
    })
    const { data, errors } = (await answer.json()) as {
      data: { embedImage: { embedding: number[] } }
      errors?: unknown
    }
    expect(errors).toBeUndefined()
    expect(data.embedImage.embedding).toHaveLength(1024)
  })

  test.each(['rest', 'graphql'] as const)('in Node, by %s', async (transport) => {
    const source = code('typescript', file, transport)
    const { outputText, diagnostics } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
      reportDiagnostics: true,
    })
    expect(diagnostics).toEqual([])
    writeFileSync(join(folder, 'call.mjs'), outputText)
    const { stdout } = await run(process.execPath, ['call.mjs'], inFolder())
    expect(stdout).toMatch(/ 1024 \{\s*queueMs/)
  })

  test.skipIf(!hasRequests)('in Python with requests', async () => {
    const { stdout } = await run('python3', ['-c', code('python', file)], inFolder())
    expect(stdout).toMatch(/ 1024\n$/)
  })
})

describe.skipIf(!hasChromium)('the code panel, in Chromium', () => {
  it('follows the picture, the dimension and the transport, and copies', async () => {
    const visitor = await visit(browser!, playground)
    const { page } = visitor
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: playground.url })
    await visitor.connect()
    await visitor.drop([galleryFile('cat-1'), galleryFile('cat-2')])
    await visitor.progress('2 pictures.')
    const shown = () => textOf(page.locator('pre'))
    await page.getByLabel('1024').check()
    await page.getByRole('option', { name: /cat-2\.jpg/ }).click()
    for (const { id, label } of languages) {
      await page.getByRole('tab', { name: label, exact: true }).click()
      expect(await shown()).toBe(code(id, 'cat-2.jpg'))
    }
    await page.getByRole('tab', { name: 'TypeScript' }).click()
    await page.getByLabel('GraphQL').check()
    expect(await shown()).toContain("transport: 'graphql'")
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByText('Copied').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      code('typescript', 'cat-2.jpg', 'graphql'),
    )
    await visitor.leave()
  })
})
