import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type Frame, readFrames, writeFrame } from './frames.js'

function collect() {
  const stream = new PassThrough()
  const frames: Frame<object>[] = []
  readFrames<object>(stream, (frame) => frames.push(frame))
  return { stream, frames }
}

describe('frames', () => {
  it('carry a header and a body, and arrive in order', () => {
    const { stream, frames } = collect()
    writeFrame(stream, { kind: 'first' }, Uint8Array.of(1, 2, 3))
    writeFrame(stream, { kind: 'größer' })
    expect(frames.map(({ header, body }) => [header, [...body]])).toEqual([
      [{ kind: 'first' }, [1, 2, 3]],
      [{ kind: 'größer' }, []],
    ])
  })

  it('are put together from pieces of any size', () => {
    const whole = new PassThrough()
    writeFrame(whole, { kind: 'a' }, new Uint8Array(300).fill(7))
    writeFrame(whole, { kind: 'b' }, new Uint8Array(5).fill(9))
    const bytes = whole.read() as Buffer
    for (const size of [1, 3, 8, 64, bytes.length]) {
      const { stream, frames } = collect()
      for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size))
      expect(frames.map(({ header, body }) => [header, body.length, body.at(-1)])).toEqual([
        [{ kind: 'a' }, 300, 7],
        [{ kind: 'b' }, 5, 9],
      ])
    }
  })

  it('carry float32 where they can be read as they lie', () => {
    const numbers = Float32Array.of(0.1, -2.5, 3e38)
    for (const kind of ['a', 'ab', 'abc', 'abcd', 'ü']) {
      const { stream, frames } = collect()
      writeFrame(stream, { kind }, new Uint8Array(numbers.buffer))
      const { body } = frames[0]!
      expect(new Float32Array(body.buffer, body.byteOffset, 3)).toEqual(numbers)
    }
  })
})
