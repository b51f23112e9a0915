import { expect, test } from 'vitest'
import { carveMultipart } from './carve-multipart.js'

const contentType = 'multipart/form-data; boundary=XX'
const long = Buffer.alloc(50_000, 'image ')
const head = (name: string) => `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`

const bodyOf = (...contents: (string | Buffer)[]) =>
  Buffer.concat([
    ...contents.flatMap((content, i) => [
      Buffer.from(head(`part${i}`)),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--XX--\r\n'),
  ])

/** The contents of the parts of what is left, in order. */
const contentsOf = (rest: readonly Buffer[]) =>
  Buffer.concat(rest)
    .toString('latin1')
    .split(/--XX(?:--)?\r\n/)
    .slice(1, -1)
    .map((part) => Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4, -2), 'latin1'))

test('cuts out what is long, leaves what is short, and gives it back as a view', async () => {
  const body = bodyOf('key', long, '', 'last', long)
  const { rest, restore } = await carveMultipart(body, contentType)
  expect(Buffer.concat(rest).length).toBeLessThan(1000)
  const contents = contentsOf(rest).map(restore)
  expect(contents.map(String)).toEqual(['key', String(long), '', 'last', String(long)])
  expect(contents[1]!.buffer).toBe(body.buffer)
})

test('finds the boundary in quotes, and behind other parameters', async () => {
  for (const header of [
    'multipart/form-data; charset=utf-8; boundary="XX"',
    'multipart/form-data;Boundary=XX',
  ]) {
    expect(Buffer.concat((await carveMultipart(bodyOf(long), header)).rest).length, header).toBeLessThan(300)
  }
})

test('leaves a body as it is when its last part has no end, or the header no boundary', async () => {
  const body = bodyOf('key', long)
  const cut = body.subarray(0, body.length - 10)
  expect(Buffer.concat((await carveMultipart(cut, contentType)).rest).equals(cut)).toBe(true)
  expect(Buffer.concat((await carveMultipart(body, 'multipart/form-data')).rest).equals(body)).toBe(true)
})

test('takes no content of a caller for a placeholder', async () => {
  const { restore } = await carveMultipart(bodyOf(long), contentType)
  const guess = Buffer.from('AAAAAAAAAAAAAAAA-0')
  expect(restore(guess)).toBe(guess)
})

test('finds a delimiter wherever it lies in a body that is searched in pieces', async () => {
  for (const before of [999_990, 999_995, 1_000_000, 2_000_000 - 40]) {
    const content = Buffer.alloc(before, 'x')
    const { rest, restore } = await carveMultipart(bodyOf(content, 'key'), contentType)
    expect(contentsOf(rest).map((each) => restore(each).length)).toEqual([before, 3])
  }
})
