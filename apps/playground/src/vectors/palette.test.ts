import { expect, test } from 'vitest'
import { divergingColour, type Rgb, sequentialColour } from './palette.js'

/** Relative luminance, as WCAG has it. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/**
 * What somebody without red or green cones sees of a colour.
 * @source Viénot, Brettel, Mollon: Digital video colourmaps for checking the legibility of displays by dichromats, 1999
 */
function asDichromat([r, g, b]: Rgb, kind: 'protan' | 'deutan'): Rgb {
  const linear = [r, g, b].map((value) => (value / 255) ** 2.2) as [number, number, number]
  const [a, c] = kind === 'protan' ? [0.11238, 0.88762] : [0.29275, 0.70725]
  const yellow = a * linear[0] + c * linear[1]
  const blue =
    kind === 'protan'
      ? 0.00401 * linear[0] - 0.00401 * linear[1] + linear[2]
      : -0.02234 * linear[0] + 0.02234 * linear[1] + linear[2]
  return [yellow, yellow, blue].map((value) => 255 * Math.max(0, value) ** (1 / 2.2)) as unknown as Rgb
}

const distance = (one: Rgb, other: Rgb) => Math.hypot(...one.map((value, i) => value - other[i]!))

test('the palette of the matrix grows lighter all the way, so it reads in grey as well', () => {
  const steps = Array.from({ length: 101 }, (_, i) => luminance(sequentialColour(i / 100)))
  for (let i = 1; i < steps.length; i++) expect(steps[i]!).toBeGreaterThan(steps[i - 1]!)
})

test.each(['protan', 'deutan'] as const)('less and more than nothing differ for a %sope', (kind) => {
  for (const ground of ['light', 'dark'] as const) {
    const [less, none, more] = [-1, 0, 1].map((share) => asDichromat(divergingColour(share, ground), kind))
    expect(distance(less!, more!)).toBeGreaterThan(100)
    expect(distance(less!, none!)).toBeGreaterThan(50)
    expect(distance(more!, none!)).toBeGreaterThan(50)
  }
})

test('what lies outside of the range has the colour of its end', () => {
  expect(sequentialColour(-3)).toEqual(sequentialColour(0))
  expect(sequentialColour(7)).toEqual(sequentialColour(1))
  expect(divergingColour(-9, 'light')).toEqual(divergingColour(-1, 'light'))
})
