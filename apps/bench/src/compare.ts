import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { atStop } from './children.js'
import { corpora } from './corpora.js'
import { benchModels } from './models.js'
import { positive, whole } from './option-values.js'
import { installPeer } from './peer.js'
import type { ThroughputResult } from './results.js'
import { names } from './subject-names.js'
import { measureThroughput } from './throughput-part.js'
import { vitFolder } from './vit.js'

const { seconds, concurrency, rounds, json } = new Command('pnpm bench compare')
  .description(
    'Compares the embedder with transformers.js in process: ViT-Ti/16 from one ONNX file, one onnxruntime-node,\n' +
      'in turns. Needs the model at PIXVEC_TEST_MODELS or ../shared/models.',
  )
  .option('--seconds <number>', 'measured time of each row, in all rounds', positive, 8)
  .option('--rounds <number>', 'turns of each side', whole, 3)
  .option('--concurrency <number>', 'calls under way at the same time', whole, 8)
  .option('--json', 'print the rows as JSON', false)
  .parse()
  .opts<{ seconds: number; concurrency: number; rounds: number; json: boolean }>()

const folder = mkdtempSync(join(tmpdir(), 'pixvec-bench-'))
const removal = () => rmSync(folder, { recursive: true, force: true })
const stop = atStop(removal)
try {
  const model = benchModels(folder).find(({ id }) => id === 'vit')
  if (!model) throw new Error(`ViT-Ti/16 is not at ${vitFolder}. Set PIXVEC_TEST_MODELS to its parent.`)
  installPeer()
  const results: ThroughputResult[] = []
  for (const corpus of corpora) {
    results.push(
      await measureThroughput({
        model,
        corpus,
        withPeer: true,
        rounds,
        seconds: seconds / rounds,
        callers: concurrency,
        folder,
        subjects: [names.embedder, names.peer],
        progress: (line) => void process.stderr.write(`${corpus.title}, ${line}\n`),
      }),
    )
  }
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : asTable(results))
} finally {
  removal()
  stop.takeBack()
}

function asTable(results: readonly ThroughputResult[]): string {
  const columns = ['images/s', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU ms/image', 'peak RSS MB', 'of the peer']
  const lines = results.flatMap(({ corpus, rows }) =>
    rows.map((row) => {
      const { perSecond, p50, p95, p99, cpuMsPerImage, peakResidentMb, ofPeer } = row
      const cells = [perSecond, p50, p95, p99, cpuMsPerImage, peakResidentMb].map((value) =>
        value?.toFixed(1),
      )
      const all = [...cells, ofPeer?.toFixed(2)].map((cell, i) => (cell ?? '').padStart(columns[i]!.length))
      return `${corpus.padEnd(22)} ${row.subject.padEnd(22)} ${all.join('  ')}`
    }),
  )
  return [
    `ViT-Ti/16, float32; concurrency ${concurrency}; Node ${process.version}; ${rounds} rounds`,
    '',
    `${''.padEnd(45)} ${columns.join('  ')}`,
    ...lines,
    '',
  ].join('\n')
}
