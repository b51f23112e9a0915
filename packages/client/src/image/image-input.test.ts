import { describe, expect, it } from 'vitest'
import { type ImageInput, toBase64Text, toBlob } from './image-input.js'

const bytes = Uint8Array.of(1, 2, 254, 255)

describe('image input', () => {
  it.each<[string, ImageInput]>([
    ['bytes', bytes],
    ['a Buffer', Buffer.from(bytes)],
    ['a Blob', new Blob([bytes])],
    ['a File', new File([bytes], 'cat.png')],
  ])('reads %s as base64', async (_name, image) => {
    expect(await toBase64Text(image)).toBe('AQL+/w==')
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

  it.each([null, 7, { path: 'cat.png' }])('says what an image must be when it gets %j', async (value) => {
    expect(() => toBlob(value as never)).toThrow(/Uint8Array, a Blob, or a string/)
    await expect(toBase64Text(value as never)).rejects.toThrow(TypeError)
  })
})
