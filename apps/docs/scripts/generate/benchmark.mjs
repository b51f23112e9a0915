import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { renderReport } from '@pixvec/bench/report'
import { BenchResults } from '@pixvec/bench/results'

const latest = fileURLToPath(new URL('../../../bench/results/latest.json', import.meta.url))

/** The committed results of the benchmark as tables, the aims among them. */
export async function renderBenchmark() {
  return renderReport(BenchResults.parse(JSON.parse(await readFile(latest, 'utf8'))))
}
