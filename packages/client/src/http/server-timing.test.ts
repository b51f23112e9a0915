import { describe, expect, it } from 'vitest'
import { parseServerTiming } from './server-timing.js'

const header =
  'queue;dur=1.25, decode;dur=3, resize;dur=0.5, inference;dur=12.75, batch;desc=4, total;dur=17.5'

describe('parseServerTiming', () => {
  it('reads the six figures of an embedding', () => {
    expect(parseServerTiming(header)).toEqual({
      queueMs: 1.25,
      decodeMs: 3,
      resizeMs: 0.5,
      inferenceMs: 12.75,
      batchSize: 4,
      totalMs: 17.5,
    })
  })

  it('passes over what a proxy adds, and takes spaces and quotes', () => {
    const mixed = `cdn-cache; desc=HIT, edge; dur=1, ${header.replace('desc=4', 'desc="7"').replace('queue;', 'queue ; ')}`
    expect(parseServerTiming(mixed)).toMatchObject({ queueMs: 1.25, batchSize: 7 })
  })

  it.each([
    null,
    '',
    'cdn;dur=3',
    'queue',
    header.replace('decode', 'unpack'),
    header.replace('=12.75', '=soon'),
  ])('reads nothing from %j', (value) => {
    expect(parseServerTiming(value)).toBeUndefined()
  })
})
