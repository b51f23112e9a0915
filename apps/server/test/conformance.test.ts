import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { testData } from '@pixvec/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samples } from './pixvec.js'
import { type RunningServer, startServer } from './server.js'

const folder = testData('conformance')
const readFormats = /^image\/(jpeg|png|webp|gif|avif|tiff)$/

/** Pillow reads these and we do not: each with what libvips says of it. */
const refusedThoughPillowReads: Record<string, string> = {
  'pillow/12bit.cropped.tif': 'a TIFF of 12 bits a sample',
  'pillow/avif/star.avifs': 'an AVIF image sequence',
  'pillow/broken_data_stream.png': 'damaged compressed data',
  'pillow/hopper_lzma.tif': 'a TIFF with LZMA compression',
  'pillow/lab-green.tif': 'a TIFF in CIELAB of 8 bits',
  'pillow/lab-red.tif': 'a TIFF in CIELAB of 8 bits',
  'pillow/lab.tif': 'a TIFF in CIELAB of 8 bits',
  'pillow/separate_planar_extra_samples.tiff': 'a TIFF with separate planes and damaged strips',
  'pillow/tiff_tiled_planar_16bit_RGB.tiff': 'a TIFF of tiles with separate planes',
  'image-png/bugfixes/x_interlaced_chck.png': 'a wrong checksum',
  'image-png/pngsuite/xcsn0g01.png': 'a wrong checksum',
  'libgd/png/png-conformance/invalid/badadler.png': 'a wrong checksum',
  'jpeg-decoder/crashtest/images/imagetestsuite/8e5e74dbf9b68a322fbb9512db837329.jpg': 'damaged data',
  'jpeg-decoder/crashtest/images/imagetestsuite/b55977028a3a574336966b6536640fc9.jpg': 'damaged data',
  'jpeg-decoder/crashtest/images/imagetestsuite/f6b4389c3cf0f5997b2e5a4b905aea8d.jpg': 'damaged data',
}

interface Answer {
  readonly path: string
  readonly isReadable: boolean
  readonly status: number
  readonly contentType: string | null
  readonly body: Record<string, unknown>
}

function readManifest(root: string) {
  const [, ...lines] = readFileSync(join(root, 'MANIFEST.tsv'), 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [path, , , mimeType, decodes] = line.split('\t') as [string, string, string, string, string]
    return { path, isReadable: readFormats.test(mimeType) && decodes === 'ok' }
  })
}

describe.skipIf(!folder)(
  'a thousand real and broken files through the running server (needs conformance)',
  () => {
    let server: RunningServer
    let answers: Answer[]
    let before: unknown
    beforeAll(async () => {
      server = await startServer()
      before = (await post(readFileSync(samples[0]!))).body.embedding
      answers = await postAll(readManifest(folder!))
    }, 300_000)
    afterAll(() => server.stop())

    async function post(image: Uint8Array) {
      const response = await fetch(`${server.url}/imgembed`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ img: Buffer.from(image).toString('base64'), key: server.key }),
      })
      const body = (await response.json()) as Record<string, unknown>
      return { status: response.status, contentType: response.headers.get('content-type'), body }
    }

    /** Four at a time, as a server meets them. */
    async function postAll(files: readonly { path: string; isReadable: boolean }[]): Promise<Answer[]> {
      const out: Answer[] = []
      const left = files.values()
      const lane = async () => {
        for (const file of left)
          out.push({ ...file, ...(await post(readFileSync(join(folder!, file.path)))) })
      }
      await Promise.all([lane(), lane(), lane(), lane()])
      return out
    }

    it('embeds every file of a supported format that Pillow reads, but for those named here', () => {
      const refused = answers.filter(({ isReadable, status }) => isReadable && status !== 200)
      expect(refused.map(({ path }) => path).sort()).toEqual(Object.keys(refusedThoughPillowReads).sort())
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(600)
    })

    it('gives unit vectors of 512 numbers', () => {
      for (const { path, status, body } of answers) {
        if (status !== 200) continue
        const vector = body.embedding as number[]
        expect([path, vector.length]).toEqual([path, 512])
        expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
      }
    })

    it('answers all others with 400, 413 or 415 in JSON', () => {
      for (const { path, status, contentType, body } of answers) {
        expect([path, contentType]).toEqual([path, 'application/json'])
        expect([path, body.status]).toEqual([path, status])
        if (status === 200) continue
        expect([400, 413, 415]).toContain(status)
        expect(Object.keys(body)).toEqual(['status', 'error'])
      }
    })

    it('is alive, ready and unchanged afterwards', async () => {
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200)
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
      expect((await post(readFileSync(samples[0]!))).body.embedding).toEqual(before)
    })
  },
)
