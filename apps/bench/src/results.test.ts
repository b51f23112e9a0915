import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BenchResults, mergeResults } from './results.js'
import { sampleResults, sampleRun, sampleThroughput } from './sample-results.js'

describe('BenchResults', () => {
  it('is what stands in the file, and comes back from it as it was', () => {
    const text = JSON.stringify(sampleResults())
    expect(BenchResults.parse(JSON.parse(text))).toEqual(sampleResults())
  })

  it('refuses a row without a figure', () => {
    const results = sampleResults()
    const part = results.parts['throughput vit 320']!
    Object.assign(part.result, { rows: [{ ...sampleThroughput().rows[0]!, p99: undefined }] })
    expect(() => BenchResults.parse(results)).toThrow('p99')
  })

  it('refuses a file of another shape', () => {
    expect(BenchResults.safeParse({ ...sampleResults(), schema: 2 }).success).toBe(false)
  })

  const latest = new URL('../results/latest.json', import.meta.url)
  it.skipIf(!existsSync(latest))('holds for the results that are committed', () => {
    const { parts } = BenchResults.parse(JSON.parse(readFileSync(latest, 'utf8')))
    expect(Object.keys(parts)).not.toEqual([])
  })
})

describe('mergeResults', () => {
  it('replaces the parts that were measured again and keeps the others', () => {
    const again = { run: sampleRun({ revision: 'new' }), result: sampleThroughput() }
    const merged = mergeResults(sampleResults(), { 'throughput vit 320': again })
    expect(Object.keys(merged.parts)).toEqual(Object.keys(sampleResults().parts))
    expect(merged.parts['throughput vit 320']!.run.revision).toBe('new')
    expect(merged.parts.start).toEqual(sampleResults().parts.start)
  })

  it('refuses to put two machines into one table', () => {
    const elsewhere = sampleRun({ machine: { ...sampleRun().machine, cores: 64 } })
    expect(() =>
      mergeResults(sampleResults(), { new: { run: elsewhere, result: sampleThroughput() } }),
    ).toThrow('another machine')
  })
})
