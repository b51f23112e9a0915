import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ImageInput, loadImage, toBase64Text, toBlob } from './image-input.js'

const bytes = Uint8Array.of(1, 2, 254, 255)

describe('image input', () => {
  it.each<[string, ImageInput]>([
    ['bytes', bytes],
    ['a Buffer', Buffer.from(bytes)],
    ['an ArrayBuffer', bytes.slice().buffer],
    ['a Blob', new Blob([bytes])],
    ['a File', new File([bytes], 'cat.png')],
  ])('reads %s as base64', async (_name, image) => {
    expect(await toBase64Text(await loadImage(image))).toBe('AQL+/w==')
  })

  it('leaves a string as it is', async () => {
    expect(await toBase64Text('data:image/png;base64,AQL+/w==')).toBe('data:image/png;base64,AQL+/w==')
  })

  it('reads the part of a buffer that a view shows, and memory shared between threads', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4))
    shared.set(bytes)
    expect(new Uint8Array(await toBlob(bytes.subarray(1, 3)).arrayBuffer())).toEqual(Uint8Array.of(2, 254))
    expect(new Uint8Array(await toBlob(shared).arrayBuffer())).toEqual(bytes)
  })

  it('passes a Blob on without a copy, so that a file on disk is read as it is sent', () => {
    const blob = new Blob([bytes])
    expect(toBlob(blob)).toBe(blob)
  })

  it.each([null, 7, { path: 7 }, { file: 'cat.png' }])(
    'says what an image must be when it gets %j',
    async (value) => {
      await expect(loadImage(value as never)).rejects.toThrow(TypeError)
      await expect(loadImage(value as never)).rejects.toThrow(/Uint8Array, a Blob, or a string/)
    },
  )
})

describe('a path', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('gives the bytes of the file, named as text or as a file: URL', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pixvec-client-'))
    const path = join(folder, 'cat.png')
    await writeFile(path, bytes)
    try {
      for (const image of [{ path }, { path: pathToFileURL(path) }]) {
        expect(await loadImage(image)).toEqual(Buffer.from(bytes))
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it("is refused in the file system's own words where there is no such file", async () => {
    await expect(loadImage({ path: 'no/such/cat.png' })).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it("is given up with the signal's reason", async () => {
    const path = new URL(import.meta.url)
    await expect(loadImage({ path }, AbortSignal.abort('gone'))).rejects.toBe('gone')
  })

  it('is refused in words where there are no files, as in a browser', async () => {
    vi.stubGlobal('process', undefined)
    await expect(loadImage({ path: 'cat.png' })).rejects.toThrow(/Pass a File, a Blob or the bytes/)
  })

  it('is never seen in a bare string, which may come from a stranger', async () => {
    expect(await loadImage('/etc/passwd')).toBe('/etc/passwd')
  })
})
