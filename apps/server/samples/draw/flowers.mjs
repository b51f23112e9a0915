import { rgb } from './colour.mjs'
import { clamp, part } from './interval.mjs'
import { hash, layered, noise } from './noise.mjs'
import { sky } from './sky.mjs'
import { mix, scale } from './vector.mjs'

/**
 * Flowers in a meadow, the near ones large.
 * @param petals  how many a flower has
 * @param width  of a petal: 1 leaves no gap between them
 * @param eye  the middle's part of the whole radius
 */
export function flowers({ seed, air, meadow, count, petals, width, eye, petal, heart, size = 0.11 }) {
  const above = sky({ seed, horizon: 0.3, ...air })
  const [grass, shadow] = meadow.map(rgb)
  const [colours, middle] = [petal.map(rgb), rgb(heart)]
  const bed = Array.from({ length: count }, (_, i) => {
    const near = 1 - i / count
    return {
      u: (((i * 0.618 + hash(i, 1, seed) * 0.18) % 1) + 0.02) * 0.96,
      v: 0.28 + 0.42 * near + 0.1 * (hash(i, 2, seed) - 0.5),
      radius: size * (0.3 + 0.7 * near ** 1.5) * (0.85 + 0.3 * hash(i, 3, seed)),
      turn: hash(i, 4, seed) * 6,
      tilt: 0.72 + 0.28 * hash(i, 5, seed),
      colour: colours[i % colours.length],
    }
  })

  const blossom = ({ radius, turn, tilt, colour }, x, y) => {
    const [px, py] = [x / radius, y / (radius * tilt)]
    const distance = Math.hypot(px, py)
    if (distance > 1.02) return undefined
    if (distance < eye) {
      const seeds = 0.7 + 0.5 * noise(px * 22, py * 22, seed + 2)
      return scale(middle, seeds * (1.1 - 0.55 * (distance / eye) ** 2))
    }
    const angle = ((Math.atan2(py, px) + turn) / (2 * Math.PI)) * petals
    const off = Math.abs(angle - Math.floor(angle) - 0.5) * 2
    const edge = 1 - 0.35 * (off / width) ** 2
    if (off > width || distance > edge) return undefined
    const vein = 0.92 + 0.08 * Math.cos(off * 14)
    return scale(colour, vein * (0.68 + 0.36 * part(distance, eye, 0.9)) * (1 - 0.22 * off * off))
  }
  const stem = ({ u, v, radius }, x, y) => {
    if (y < 0) return undefined
    const bend = 0.25 * radius * Math.sin(y * 7 + u * 40)
    const half = radius * 0.06
    if (Math.abs(x - bend) < half) return scale(grass, 1.1 - (0.3 * (x - bend)) / half)
    const along = (y - 1.9 * radius) / (0.9 * radius)
    const leaf = Math.abs(
      x - bend - (v * 1000 > Math.floor(v * 1000) + 0.5 ? 1 : -1) * radius * 0.5 * (1 - along),
    )
    return Math.abs(along) < 1 && leaf < 0.14 * radius * (1 - along ** 2) ? scale(grass, 0.9) : undefined
  }
  const ground = (u, v) => {
    const blades = noise(u * 90 + v * 8, v * 14, seed + 3)
    const soft = layered(u * 6, v * 6, seed + 4)
    const colour = mix(shadow, grass, clamp(0.2 + 0.65 * soft + (blades - 0.5) * 0.9 * part(v, 0.3, 1), 0, 1))
    return mix(colour, above(u, 0.28), 0.45 * part(v, 0.55, 0.25))
  }
  return (u, v) => {
    for (const one of bed) {
      const [x, y] = [(u - one.u) * 1.333, v - one.v]
      const colour = blossom(one, x, y) ?? stem(one, x, y)
      if (colour) return mix(colour, grass, 0.2 * part(one.radius, size * 0.5, size * 0.25))
    }
    return v < 0.27 - 0.05 * layered(u * 5, 1, seed + 6) ? above(u, v) : ground(u, v)
  }
}
