import { cpSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { builtInModel } from '@pixvec/core'
import { testData, tinyFolder } from '@pixvec/core/testing'
import { describe, expect, it } from 'vitest'
import { finished, freshFolder, pixvec, samples, startPixvec } from './pixvec.js'
import { childrenOf, hasProc } from './resident-memory.js'

const builtIn = builtInModel().manifest
const tiny = tinyFolder({ facts: { id: 'tiny' } })

/** A folder with the samples and a table: the first of each subject is a query, the second in the gallery. */
function tableOf(more = ''): string {
  const folder = freshFolder()
  const lines = samples.map((path) => {
    const name = basename(path)
    cpSync(path, join(folder, name))
    return `${name}\t${name.split('-')[0]}\t${name.endsWith('-1.jpg') ? 'query' : 'gallery'}\n`
  })
  writeFileSync(join(folder, 'labels.tsv'), `path\tlabel\tsplit\n${lines.join('')}${more}`)
  return join(folder, 'labels.tsv')
}

describe('pixvec eval', { timeout: 120_000 }, () => {
  it('measures the configured model, or the one that is named, for people and for programs', async () => {
    const table = tableOf()
    const queries = samples.filter((path) => path.endsWith('-1.jpg')).length
    const told = await pixvec(['eval', table])
    expect(told).toMatchObject({ code: 0, stderr: '' })
    expect(told.stdout).toMatch(
      new RegExp(
        `^Model     ${builtIn.id}, revision [0-9a-f]{12}, 512 numbers\n` +
          `Pictures  ${samples.length}: ${queries} queries, a gallery of ${samples.length - queries}, 3 labels\n` +
          'P@1       [\\d.]+ %\nP@5       [\\d.]+ %\nmAP@20    [\\d.]+ %\nSpeed     [\\d.]+ images/s\n$',
      ),
    )
    const { code, stdout } = await pixvec(['eval', table, '--model', tiny, '--format', 'json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      model: 'tiny',
      dimension: 16,
      queries,
      labels: 3,
      hopeless: 0,
    })
    const wrong = await pixvec(['eval', table, '--model', tiny, '--dimension', '512'])
    expect(wrong).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'pixvec: --dimension must be 16 with tiny; received 512.\n',
    })
  })

  it('says of a picture that it cannot use why, and gives no figures', async () => {
    const table = tableOf('broken.jpg\tcat\tquery\n')
    const missing = await pixvec(['eval', table])
    expect(missing).toMatchObject({ code: 1, stdout: '' })
    expect(missing.stderr).toContain('are not there: broken.jpg. Paths are relative to the table.')
    writeFileSync(join(table, '../broken.jpg'), 'no picture')
    const broken = await pixvec(['eval', table])
    expect(broken).toMatchObject({ code: 1, stdout: '' })
    expect(broken.stderr).toMatch(/1 of \d+ failed:\n {2}.*broken\.jpg: .*\nThere are no figures/)
  })

  it('counts a query whose label the gallery lacks, and says so', async () => {
    const table = tableOf('alone.jpg\tcat\tquery\n')
    cpSync(samples[0]!, join(table, '../alone.jpg'))
    const { code, stderr, stdout } = await pixvec(['eval', table, '--format', 'json'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^pixvec: 1 of \d+ queries have a label that no picture of the gallery has/)
    expect(JSON.parse(stdout).hopeless).toBe(1)
  })

  it('says what is wrong with a table', async () => {
    expect(await pixvec(['eval', 'no-such.tsv'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'pixvec: Cannot read no-such.tsv: no such file or folder.\n',
    })
  })

  it.skipIf(!hasProc)('stops at Ctrl-C without figures (needs /proc)', async () => {
    const folder = freshFolder()
    const lines = Array.from({ length: 400 }, (_, i) => {
      cpSync(samples[0]!, join(folder, `${i}.jpg`))
      return `${i}.jpg\ta\t${i % 2 ? 'query' : 'gallery'}\n`
    })
    writeFileSync(join(folder, 'labels.tsv'), `path\tlabel\tsplit\n${lines.join('')}`)
    const child = startPixvec(['eval', join(folder, 'labels.tsv')], { env: { PIXVEC_MAX_BATCH_SIZE: '1' } })
    const ended = finished(child)
    await expect.poll(() => childrenOf(child.pid!).length, { timeout: 30_000 }).toBeGreaterThan(0)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({
      code: 130,
      stdout: '',
      stderr: 'pixvec: stopped: there are no figures.\n',
    })
  })

  const dev = testData('retrieval/caltech101-dev')
  it.skipIf(!dev)(
    'finds photos of 30 categories far better than chance (needs retrieval/caltech101-dev)',
    async () => {
      const { code, stdout } = await pixvec(['eval', join(dev!, 'labels.tsv'), '--format', 'json'])
      expect(code).toBe(0)
      const { metrics, queries, gallery, labels } = JSON.parse(stdout)
      expect([queries + gallery, labels]).toEqual([750, 30])
      // Chance is one of 30.
      for (const name of ['P@1', 'P@5', 'mAP@20']) expect(metrics[name], name).toBeGreaterThan(10)
      expect(metrics['P@1']).toBeGreaterThan(30)
    },
  )
})
