// `npm test`: sets up, builds, runs the tests of every package, names what was skipped, and ends with
// one line of totals. Words after `--` go to turbo: npm test -- --filter=@pixvec/core
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { main, packageFolders, readJson, root, run, setUp } from './setup.mjs'

/** Where each package's vitest leaves its JSON report. */
const reportOf = (folder) => join(root, folder, 'test-results', 'vitest.json')

await main(() => {
  const folders = packageFolders()
  for (const folder of folders) rmSync(reportOf(folder), { force: true })
  setUp({ build: 'all' })
  // One package after the other: the machine's cores belong to the server under test.
  const status = run('turbo', ['run', 'test', '--continue', '--concurrency=1', ...process.argv.slice(2)])
  const results = folders.map(reportOf).filter(existsSync).flatMap(readResults)
  for (const { name } of results.filter(({ outcome }) => outcome === 'skipped')) say(`skipped: ${name}`)
  const count = (wanted) => results.filter(({ outcome }) => outcome === wanted).length
  // A package whose tests could not even start has no report: that is a failure too.
  const failed = count('failed') || (status === 0 ? 0 : 1)
  say(`\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`)
  return status
})

function readResults(file) {
  return readJson(file).testResults.flatMap(({ assertionResults, status, message }) => {
    // A file that does not load has no tests, and vitest calls it failed.
    if (assertionResults.length === 0 && status === 'failed') return [{ name: message, outcome: 'failed' }]
    return assertionResults.map(({ fullName, status: outcome }) => ({
      name: fullName,
      outcome: outcome === 'passed' || outcome === 'failed' ? outcome : 'skipped',
    }))
  })
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
