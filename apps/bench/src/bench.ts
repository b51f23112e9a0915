import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { atStop } from './children.js'
import { describeMachine, describeRevision, describeVersions } from './machine.js'
import { benchModels } from './models.js'
import { whole } from './option-values.js'
import { installPeer } from './peer.js'
import { renderReport } from './report.js'
import { BenchResults, type BenchRun, mergeResults } from './results.js'
import { type Part, partsOf } from './suite.js'

interface Options {
  readonly quick: boolean
  readonly only: readonly string[]
  readonly rounds: number
  readonly callers: number
  readonly output?: string
  readonly peer: boolean
  readonly list: boolean
}

const latest = fileURLToPath(new URL('../results/latest.json', import.meta.url))
const argv = process.argv.slice(2)
const options = new Command('pnpm bench')
  .description(
    'Measures the server, the embedder, the bare session and transformers.js, in turns, in one run of about\n' +
      'eight minutes. Prints tables and writes them as JSON; parts that are measured replace those of the file.',
  )
  .option('--quick', 'one round and short slices: a look, no results (about two minutes)', false)
  .option('--only <text...>', 'only the parts whose name holds one of these, such as "vit 12mp" or start', [])
  .option('--rounds <number>', 'turns of each side', whole, 3)
  .option('--callers <number>', 'calls under way at the same time', whole, 8)
  .option(
    '--output <file>',
    'where the JSON goes (default: apps/bench/results/latest.json; with --quick nowhere)',
  )
  .option('--no-peer', 'without transformers.js, which is installed at the first run: half a gigabyte')
  .option('--list', 'print the names of the parts and measure nothing', false)
  .addHelpText(
    'after',
    '\nOther programs: pnpm bench compare, event-loop, fast-mode, floats, pictures; each has its --help.\n' +
      'Ctrl-C ends every process that was started.',
  )
  .parse()
  .opts<Options>()

const folder = mkdtempSync(join(tmpdir(), 'pixvec-bench-'))
const removal = () => rmSync(folder, { recursive: true, force: true })
const stop = atStop(removal)
try {
  const parts = partsOf({
    models: benchModels(folder),
    withPeer: options.peer,
    rounds: options.quick ? 1 : options.rounds,
    pace: options.quick ? 0.3 : 1,
    callers: options.callers,
    folder,
  }).filter(({ name }) => options.only.length === 0 || options.only.some((text) => name.includes(text)))
  if (options.list) for (const { name } of parts) process.stdout.write(`${name}\n`)
  else if (parts.length > 0) await measureAll(parts)
  else throw new Error(`No part holds ${options.only.join(' or ')} in its name; --list shows all.`)
} finally {
  removal()
  stop.takeBack()
}

async function measureAll(parts: readonly Part[]): Promise<void> {
  const output = options.output ? resolve(options.output) : options.quick ? undefined : latest
  const old = output && existsSync(output) ? readResults(output) : undefined
  // Said before anything is measured: minutes later would be too late.
  if (old) mergeResults(old, { [parts[0]!.name]: { ...Object.values(old.parts)[0]!, run: describeRun() } })
  if (options.peer && parts.some(({ name }) => /vit|start/.test(name))) installPeer()
  let results: BenchResults = { schema: 1, parts: {} }
  for (const [i, part] of parts.entries()) {
    const begin = performance.now()
    const run = describeRun()
    const result = await part.measure((line) =>
      process.stderr.write(`${String(i + 1).padStart(3)}/${parts.length} ${part.name}: ${line}\n`),
    )
    const measured = { run: { ...run, seconds: (performance.now() - begin) / 1000 }, result }
    results = mergeResults(results, { [part.name]: measured })
    // After each part, so that a run that is stopped leaves what it has.
    if (output) writeResults(output, mergeResults(old, results.parts))
  }
  process.stdout.write(`${renderReport(rounded(results))}\n`)
  if (output) process.stderr.write(`Written to ${relative(process.cwd(), output)}.\n`)
}

function describeRun(): BenchRun {
  return {
    startedAt: new Date().toISOString(),
    seconds: 1,
    command: ['pnpm bench', ...argv.filter((word, i) => ![word, argv[i - 1]].includes('--output'))].join(' '),
    ...describeRevision(),
    machine: describeMachine(),
    versions: describeVersions(),
    settings: { rounds: options.quick ? 1 : options.rounds, quick: options.quick },
  }
}

function readResults(path: string): BenchResults {
  return BenchResults.parse(JSON.parse(readFileSync(path, 'utf8')))
}

function writeResults(path: string, results: BenchResults): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(rounded(results), null, 2)}\n`)
}

/** What is measured has no more than six digits to tell. */
function rounded(results: BenchResults): BenchResults {
  const text = JSON.stringify(results, (_, value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value,
  )
  return BenchResults.parse(JSON.parse(text))
}
