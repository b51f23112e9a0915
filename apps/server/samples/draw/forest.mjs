import { rgb } from './colour.mjs'
import { clamp, part } from './interval.mjs'
import { hash, layered, noise } from './noise.mjs'
import { mix, scale } from './vector.mjs'

/** Trunks in five rows, the farther the mistier, leaves above and a path of light between them. */
export function forest({ seed, light, mist, leaves, bark, ground, foliage = 0.5 }) {
  const [air, stem, soil] = [mist, bark, ground].map(rgb)
  const tones = leaves.map(rgb)
  const rows = 5

  const trunk = (u, v, row) => {
    const count = 3.2 + row * 3.5
    const place = u * count + hash(row, 1, seed)
    const cell = Math.floor(place)
    if (hash(cell, row, seed) < 0.12) return undefined
    const foot = 0.99 - 0.075 * row + 0.03 * hash(cell, row, seed + 1)
    if (v > foot) return undefined
    const lean = (hash(cell, row, seed + 2) - 0.5) * (0.6 - v) * 0.3
    const centre = cell + 0.32 + 0.36 * hash(cell, row, seed + 3) + lean
    const half =
      (0.07 + 0.08 * hash(cell, row, seed + 4)) * (0.75 + 0.3 * v + 0.5 * part(v, foot - 0.07, foot) ** 3)
    const across = (place - centre) / half
    if (Math.abs(across) > 1) return undefined
    const side = across * Math.sign(light - u || 1)
    const grain = 0.65 + 0.6 * noise(place * 26, v * 14, seed + 5)
    return scale(stem, grain * (0.5 + 0.55 * clamp(side + 0.35, 0, 1)))
  }
  const leaf = (u, v, row) => {
    const size = 5 + row * 3
    const bush = layered(u * size, v * size * 1.2, seed + 11 * row)
    if (bush < 0.86 - foliage * (0.78 - v * 1.15)) return undefined
    const spot = noise(u * size * 9, v * size * 9, seed + 17)
    return scale(mix(tones[0], tones[1], spot), 0.7 + 0.5 * bush)
  }
  const glow = (u, v) =>
    mix(air, [1, 0.98, 0.9], 0.75 * Math.exp(-((u - light) ** 2) * 14 - (v - 0.45) ** 2 * 9))

  return (u, v) => {
    for (let row = 0; row < rows; row++) {
      const colour = trunk(u, v, row) ?? leaf(u, v, row)
      if (colour) return mix(colour, glow(u, v), 0.16 * row + 0.1 * (row > 0))
    }
    if (v < 0.66) return glow(u, v)
    const litter = 0.6 + 0.7 * layered(u * 22, v * 50, seed + 23)
    const lit = 0.6 + 0.7 * Math.exp(-((u - light) ** 2) * 8)
    return mix(glow(u, v), scale(soil, litter * lit), part(v, 0.62, 0.8))
  }
}
