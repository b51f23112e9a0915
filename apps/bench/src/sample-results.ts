import type { BenchPart, BenchResults, ThroughputResult } from './results.js'
import { names } from './subject-names.js'

// Results that nobody measured, for tests.

export function sampleRun(changes: Partial<BenchPart['run']> = {}): BenchPart['run'] {
  return {
    startedAt: '2026-01-02T03:04:05.000Z',
    seconds: 40,
    command: 'pnpm bench',
    revision: '0123456789ab',
    modified: false,
    machine: { cpu: 'A processor', cores: 2, memoryGb: 8, system: 'Linux 6 x64' },
    versions: { node: 'v20.19.0' },
    settings: { rounds: 3, quick: false },
    ...changes,
  }
}

export function sampleThroughput(): ThroughputResult {
  const row = {
    callers: 8,
    p50: 100,
    p95: 150,
    p99: 200,
    calls: 300,
    cpuMsPerImage: 25,
    peakResidentMb: 400,
    cosine: 1,
  }
  return {
    kind: 'throughput',
    model: 'A model',
    revision: 'abc',
    corpus: '320 × 240',
    pictureBytes: 19_000,
    othersShare: 0.04,
    roof: { decodeMs: 2, resizeMs: 1, inferMs: 17, rounds: [100, 100, 100], perSecond: 100 },
    rows: [
      { ...row, subject: names.server, rounds: [80, 85, 90], perSecond: 85, ofRoof: 0.85, ofPeer: 1.7 },
      { ...row, subject: names.embedder, rounds: [90, 95, 99], perSecond: 95, ofRoof: 0.95, ofPeer: 1.9 },
      { ...row, subject: names.peer, rounds: [50, 50, 50], perSecond: 50, ofRoof: 0.5, ofPeer: null },
    ],
  }
}

export function sampleResults(): BenchResults {
  return {
    schema: 1,
    parts: {
      'throughput vit 320': { run: sampleRun(), result: sampleThroughput() },
      'service built-in 1280': {
        run: sampleRun(),
        result: {
          kind: 'service',
          model: 'A model',
          revision: 'abc',
          corpus: '1280 × 960',
          peakRounds: [60],
          peak: 60,
          unloadedP50: 20,
          at80: [
            { arrivals: 'even', perSecond: 48, p50: 22, p95: 40, p99: 50, calls: 200, ofUnloaded: 2.5 },
            {
              arrivals: 'random',
              perSecond: 48,
              p50: 30,
              p95: 80,
              p99: Number.MAX_VALUE,
              calls: 200,
              ofUnloaded: Number.MAX_VALUE / 20,
            },
          ],
          overload: {
            offered: 4,
            goodput: 0.93,
            answered: 100,
            refused: 300,
            failed: 0,
            refuseP50: 10,
            refuseP99: 60,
            answerP50: 2000,
            answerP99: 2500,
          },
        },
      },
      start: {
        run: sampleRun({ revision: 'ba9876543210' }),
        result: {
          kind: 'start',
          rows: [{ model: 'A model', subject: names.server, rounds: [1.1, 1.2, 1.3], seconds: 1.2 }],
        },
      },
      'event-loop': {
        run: sampleRun(),
        result: {
          kind: 'event-loop',
          megabytes: 10,
          clients: 4,
          rows: [{ body: 'REST, JSON', perSecond: 20, p50: 0.3, p99: 8, max: 15 }],
        },
      },
    },
  }
}
