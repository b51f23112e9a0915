/** A JPEG for tests, of coefficients at random: what no encoder at hand writes. */
export interface JpegDraft {
  readonly width: number
  readonly height: number
  /** Sampling factors of luma; undefined for grey. @default 1 × 1 */
  readonly sampling?: readonly [across: number, down: number]
  /** MCUs between restart markers. @default none */
  readonly restartInterval?: number
  /** Of all coefficients. With more than 255 the tables have 16 bits and the frame is SOF1. @default 4 */
  readonly factor?: number
  /** Largest size of AC values, 0 … 10 bits, and of steps of DC values. @default 3 */
  readonly sizes?: number
  /** How many coefficients of a block are not 0. @default 6 */
  readonly density?: number
  /** Codes of 16 bits instead of 8. */
  readonly hasLongCodes?: boolean
  /** The picture in several bytes of its own, before the frame. */
  readonly segments?: readonly Uint8Array[]
  readonly seed?: number
}

/** @source ITU-T T.81, annexes B, C and F */
export function writeJpeg(draft: JpegDraft): Uint8Array {
  const { width, height, sampling, factor = 4, restartInterval = 0 } = draft
  const [across, down] = sampling ?? [1, 1]
  const components = sampling ? 3 : 1
  const out: number[] = [0xff, 0xd8]
  const segment = (marker: number, ...body: number[]) =>
    out.push(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body)
  for (const each of draft.segments ?? []) out.push(...each)
  const isWide = factor > 255
  const factors = Array.from({ length: 64 }, () => (isWide ? [factor >> 8, factor & 255] : [factor])).flat()
  segment(0xdb, isWide ? 0x10 : 0, ...factors)
  const frame = [8, height >> 8, height & 255, width >> 8, width & 255, components]
  for (let i = 0; i < components; i++) frame.push(i + 1, i === 0 ? across * 16 + down : 0x11, 0)
  segment(isWide ? 0xc1 : 0xc0, ...frame)
  const dcSymbols = Array.from({ length: 12 }, (_, size) => size)
  const acSymbols = [0, 0xf0]
  for (let run = 0; run < 16; run++) for (let size = 1; size <= 10; size++) acSymbols.push(run * 16 + size)
  const length = draft.hasLongCodes ? 16 : 8
  const counts = (symbols: number[]) =>
    Array.from({ length: 16 }, (_, i) => (i + 1 === length ? symbols.length : 0))
  segment(0xc4, 0x00, ...counts(dcSymbols), ...dcSymbols)
  segment(0xc4, 0x10, ...counts(acSymbols), ...acSymbols)
  if (restartInterval) segment(0xdd, restartInterval >> 8, restartInterval & 255)
  const scan = [components]
  for (let i = 0; i < components; i++) scan.push(i + 1, 0)
  segment(0xda, ...scan, 0, 63, 0)

  const random = createRandom(draft.seed ?? 1)
  const bits = createBits(out)
  const blocksOfMcu = sampling ? [...Array(across * down).fill(0), 1, 2] : [0]
  const mcus = Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down))
  let previous = [0, 0, 0]
  for (let mcu = 0; mcu < mcus; mcu++) {
    if (restartInterval && mcu > 0 && mcu % restartInterval === 0) {
      bits.end()
      out.push(0xff, 0xd0 + ((mcu / restartInterval - 1) & 7))
      previous = [0, 0, 0]
    }
    for (const component of blocksOfMcu) writeBlock(component)
  }
  bits.end()
  out.push(0xff, 0xd9)
  return Uint8Array.from(out)

  function writeBlock(component: number): void {
    const { sizes = 3, density = 6 } = draft
    // Around 0, so that steps do not add up to more than a sample can have.
    const reach = 2 ** Math.min(sizes + 2, 11)
    const dc = Math.floor((random() - 0.5) * reach)
    const step = dc - previous[component]!
    previous[component] = dc
    bits.put(dcSymbols.indexOf(sizeOf(step)), length)
    putValue(step)
    let run = 0
    for (let k = 1; k < 64; k++) {
      const value = random() * 63 < density ? Math.floor((random() - 0.5) * 2 ** (sizes + 1)) : 0
      if (value === 0 || sizeOf(value) > 10) {
        run++
        continue
      }
      for (; run > 15; run -= 16) bits.put(acSymbols.indexOf(0xf0), length)
      bits.put(acSymbols.indexOf(run * 16 + sizeOf(value)), length)
      putValue(value)
      run = 0
    }
    if (run > 0) bits.put(acSymbols.indexOf(0), length)
  }

  function putValue(value: number): void {
    const size = sizeOf(value)
    bits.put(value < 0 ? value + 2 ** size - 1 : value, size)
  }
}

/** Bits of a value without its sign. */
function sizeOf(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1
}

function createBits(out: number[]) {
  let rest = 0
  let count = 0
  function put(value: number, length: number): void {
    for (let i = length - 1; i >= 0; i--) {
      rest = rest * 2 + ((value >> i) & 1)
      if (++count < 8) continue
      out.push(rest)
      if (rest === 0xff) out.push(0)
      rest = 0
      count = 0
    }
  }
  /** Fills the last byte with ones. */
  function end(): void {
    while (count > 0) put(1, 1)
  }
  return { put, end }
}

/** Numbers 0 … 1, the same ones for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
