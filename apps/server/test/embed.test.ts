import { once } from 'node:events'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { builtInModel, EmbeddingResponse } from '@pixvec/core'
import { expect, test } from 'vitest'
import { finished, freshFolder, pixvec, samples, samplesFolder, startPixvec } from './pixvec.js'

interface Entry {
  readonly file: string
  readonly embedding: number[]
  readonly dimension: number
  readonly model: string
  readonly revision: string
}

const [first, second] = samples as [string, string]

test('one image gives the object that POST /imgembed answers', async () => {
  const { code, stdout, stderr } = await pixvec(['embed', first])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const response = EmbeddingResponse.parse(JSON.parse(stdout))
  expect(response.embedding).toHaveLength(512)
  expect(response.model).toBe(builtInModel().manifest.id)
})

test('--dimension 1024 gives 1024 numbers, each a float32 in its shortest form', async () => {
  const { stdout } = await pixvec(['embed', first, '--dimension', '1024'])
  const numbers = stdout.match(/"embedding":\[([^\]]*)\]/)![1]!.split(',')
  expect(numbers).toHaveLength(1024)
  expect(Math.max(...numbers.map((number) => number.length))).toBeLessThan(17)
  expect(numbers.map(Number).reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1, 5)
})

test('several images give a list in the order of the input, the same at any concurrency', async () => {
  const [one, many] = await Promise.all([
    pixvec(['embed', samplesFolder, '--concurrency', '1']),
    pixvec(['embed', samplesFolder, '--concurrency', '6']),
  ])
  const entries: Entry[] = JSON.parse(one.stdout)
  expect(entries.map(({ file }) => file)).toEqual(samples)
  expect(entries[0]).toMatchObject({ dimension: 512, model: 'pixvec-7', revision: expect.any(String) })
  expect(many.stdout).toBe(one.stdout)
})

test('ndjson gives a line an image', async () => {
  const { stdout } = await pixvec(['embed', `${samplesFolder}*.jpg`, '--format', 'ndjson'])
  const entries: Entry[] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(entries.map(({ file }) => file).sort()).toEqual(samples)
  for (const { embedding, dimension } of entries) expect(embedding).toHaveLength(dimension)
})

test('npy gives the same numbers as an array that NumPy reads, and the names of its rows', async () => {
  const folder = freshFolder()
  const out = join(folder, 'all.npy')
  const { code, stdout } = await pixvec(['embed', samplesFolder, '--format', 'npy', '--out', out])
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  const bytes = readFileSync(out)
  const headerEnd = 10 + bytes.readUInt16LE(8)
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00')
  expect(bytes.subarray(10, headerEnd).toString()).toContain("'shape': (6, 512)")
  const listed: Entry[] = JSON.parse((await pixvec(['embed', samplesFolder])).stdout)
  const expected = listed.flatMap(({ embedding }) => embedding)
  expect(bytes.length - headerEnd).toBe(expected.length * 4)
  const read = expected.map((_, index) => bytes.readFloatLE(headerEnd + index * 4))
  expect(read).toEqual(expected.map(Math.fround))
  const names = JSON.parse(readFileSync(`${out}.files.json`, 'utf8'))
  expect(names).toEqual({
    model: 'pixvec-7',
    revision: listed[0]!.revision,
    dimension: 512,
    files: samples,
  })
  expect(readdirSync(folder).sort()).toEqual(['all.npy', 'all.npy.files.json'])
})

test('- takes the image from standard input', async () => {
  const piped = await pixvec(['embed', '-'], { input: readFileSync(first) })
  const named = await pixvec(['embed', first])
  expect(JSON.parse(piped.stdout).embedding).toEqual(JSON.parse(named.stdout).embedding)
})

test('an empty or too long standard input is told', async () => {
  expect(await pixvec(['embed', '-'])).toMatchObject({ code: 1, stderr: expect.stringContaining('is empty') })
  const env = { PIXVEC_MAX_IMAGE_BYTES: '1000' }
  const long = await pixvec(['embed', '-'], { input: new Uint8Array(5000), env })
  expect(long).toMatchObject({ code: 1, stderr: expect.stringContaining('the limit is 1000 bytes') })
})

test('files that fail are listed at the end, and the others are written', async () => {
  const folder = freshFolder()
  writeFileSync(join(folder, 'broken.jpg'), 'no image at all')
  writeFileSync(join(folder, 'drawing.png'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  copyFileSync(first, join(folder, 'good.jpg'))
  const { code, stdout, stderr } = await pixvec(['embed', folder, join(folder, 'gone.jpg')])
  expect(code).toBe(1)
  expect(JSON.parse(stdout).map(({ file }: Entry) => file)).toEqual([join(folder, 'good.jpg')])
  expect(stderr).toMatch(/^pixvec: 3 of 4 failed:\n/)
  for (const name of ['broken.jpg', 'drawing.png', 'gone.jpg']) expect(stderr).toContain(join(folder, name))
  expect(stderr).toContain('SVG')
})

test('--out holds what went well, and is not touched when nothing did', async () => {
  const folder = freshFolder()
  const out = join(folder, 'out.json')
  writeFileSync(join(folder, 'broken.jpg'), 'no image at all')
  expect((await pixvec(['embed', first, join(folder, 'broken.jpg'), '--out', out])).code).toBe(1)
  const before = readFileSync(out, 'utf8')
  expect(JSON.parse(before)).toHaveLength(1)
  expect((await pixvec(['embed', join(folder, 'broken.jpg'), '--out', out])).code).toBe(1)
  expect(readFileSync(out, 'utf8')).toBe(before)
  expect(readdirSync(folder).sort()).toEqual(['broken.jpg', 'out.json'])
})

test('a place that cannot be written is one clear line and leaves nothing', async () => {
  const folder = freshFolder()
  const out = join(folder, 'nowhere', 'out.json')
  expect(await pixvec(['embed', first, '--out', out])).toEqual({
    code: 1,
    stdout: '',
    stderr: `pixvec: Cannot write ${out}: no such file or folder.\n`,
  })
  expect(readdirSync(folder)).toEqual([])
})

test.runIf(process.platform === 'linux').each(['json', 'ndjson'])(
  'a full disk is one clear line (%s)',
  async (format) => {
    const { code, stderr } = await pixvec(['embed', first, second, '--format', format, '--out', '/dev/full'])
    expect(code).toBe(1)
    expect(stderr).toBe('pixvec: Cannot write /dev/full: no space left on the device.\n')
  },
)

test('a reader that has read enough ends it quietly', async () => {
  const child = startPixvec(['embed', samplesFolder, '--format', 'ndjson', '--concurrency', '1'])
  child.stdin.end()
  child.stdout.once('data', () => child.stdout.destroy())
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('Ctrl-C keeps the lines that are done, each of them whole', async () => {
  const folder = freshFolder()
  const photos = join(folder, 'photos')
  mkdirSync(photos)
  for (let index = 0; index < 300; index++) copyFileSync(first, join(photos, `${index}.jpg`))
  const child = startPixvec(['embed', photos, '--format', 'ndjson', '--concurrency', '1'])
  child.stdin.end()
  child.stdout.once('data', () => child.kill('SIGINT'))
  const { code, stdout, stderr } = await finished(child)
  expect(code).toBe(130)
  const lines = stdout.trimEnd().split('\n')
  expect(lines.length).toBeLessThan(300)
  for (const line of lines) expect(JSON.parse(line).embedding).toHaveLength(512)
  expect(stderr).toBe(`pixvec: stopped: ${lines.length} of 300 images were embedded.\n`)
})

test.each([
  ['a dimension that the model does not give', ['embed', first, '--dimension', '768'], '512 or 1024'],
  ['a dimension that is no number', ['embed', first, '--dimension', 'big'], 'positive whole number'],
  ['a format that is none', ['embed', first, '--format', 'xml'], 'json, ndjson, npy'],
  ['npy without --out', ['embed', first, '--format', 'npy'], '--out'],
  ['no image', ['embed'], "missing required argument 'images'"],
  ['an unknown option', ['embed', first, '--dimensoin', '512'], 'Did you mean --dimension?'],
])('%s is wrong usage', async (_, args, message) => {
  const { code, stdout, stderr } = await pixvec(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
})
