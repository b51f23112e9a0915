import { describe, expect, it } from 'vitest'
import { judgeAims } from './aims.js'
import { renderReport } from './report.js'
import { sampleResults } from './sample-results.js'
import { names } from './subject-names.js'

describe('judgeAims', () => {
  const verdicts = judgeAims(sampleResults())
  const verdict = (part: string) => verdicts.find(({ aim }) => aim.includes(part))

  it('holds each aim beside what was measured', () => {
    expect(verdict('of the roof')).toMatchObject({ wanted: 0.9, measured: 0.85, isMet: false })
    expect(verdict('embedder, in process, beside')).toMatchObject({ wanted: 1.5, measured: 1.9, isMet: true })
    expect(verdict('goodput')).toMatchObject({ wanted: 0.9, measured: 0.93, isMet: true })
    expect(verdict('time to refuse')).toMatchObject({ wanted: 50, measured: 60, isMet: false })
    expect(verdict('p99 at 80 %')).toMatchObject({ wanted: 3, measured: 2.5, isMet: true })
    expect(verdict('start of the server')).toMatchObject({ wanted: 1.5, measured: 1.2, isMet: true })
    expect(verdict('Event loop')).toMatchObject({ wanted: 10, measured: 8, isMet: true })
  })

  it('wants less at 12 megapixels, and more of the fast mode', () => {
    const results = sampleResults()
    const { result } = results.parts['throughput vit 320']!
    if (result.kind !== 'throughput') throw new Error('Expected a result of throughput.')
    result.corpus = '4000 × 3000 (12 MP)'
    result.rows.push({ ...result.rows[1]!, subject: 'embedder, fast mode', ofPeer: 2.7 })
    const wanted = judgeAims(results).filter(({ aim }) => aim.includes('beside transformers.js'))
    expect(wanted.map(({ wanted, isMet }) => [wanted, isMet])).toEqual([
      [1.4, true],
      [2.8, false],
    ])
  })
})

describe('renderReport', () => {
  const report = renderReport(sampleResults())

  it('says how many aims are met, and by how much one was missed', () => {
    expect(report).toContain('5 of 7 are met.')
    expect(report).toContain('| ≥ 0.9 × | 0.85 × | missed by 6 % |')
    expect(report).toContain('| ≤ 50 ms | 60 ms | missed by 20 % |')
  })

  it('holds the event loop to the slowest body, not to the time when nobody sends', () => {
    const [part] = Object.values(sampleResults().parts)
    const rows = [
      { body: names.idle, perSecond: 30, p50: 2, p99: 70, max: 90 },
      { body: 'REST, JSON', perSecond: 4, p50: 1, p99: 8, max: 20 },
    ]
    const result = { kind: 'event-loop' as const, megabytes: 10, clients: 4, rows }
    const [verdict] = judgeAims({ ...sampleResults(), parts: { 'event-loop': { ...part!, result } } })
    expect(verdict).toMatchObject({ measured: 8, isMet: true })
  })

  it('has a row for each side, with its ratios', () => {
    expect(report).toContain(
      '| embedder, in process | 95.0 | 0.95 | 1.90 × | 100.0 | 150.0 | 200.0 | 0.0250 | 400 | 1.000000 |',
    )
  })

  it('says what others did on the machine meanwhile', () => {
    expect(report).toContain('Others used 4 % of the machine.')
  })

  it('warns of figures that others spoiled', () => {
    expect(report).not.toContain('not quiet')
    const results = sampleResults()
    Object.assign(results.parts['throughput vit 320']!.result, { othersShare: 0.54 })
    expect(renderReport(results)).toContain('others used up to 54 % of it')
  })

  it('shows a call that never came back as one that took for ever', () => {
    expect(report).toContain('| 30.0 | 80.0 | ∞ | ∞ |')
  })

  it('names each way of measuring once, with its commit', () => {
    expect(report.match(/commit 0123456789ab/g)).toHaveLength(1)
    expect(report).toContain('commit ba9876543210, 3 rounds | start | 40 s |')
  })
})
