import { rgb } from './colour.mjs'
import { clamp, part } from './interval.mjs'
import { hash, noise } from './noise.mjs'
import { mix, scale } from './vector.mjs'

/** Towers with lit windows at night, stars and a moon above, all of it once more in a river. */
export function city({ seed, night, wall, lamps, moon, shore, lit }) {
  const [top, low] = night.map(rgb)
  const stone = rgb(wall)
  const bulbs = lamps.map(rgb)
  const rows = 3

  const tower = (u, v, row) => {
    const count = 9 + row * 4
    const place = u * count + hash(row, 1, seed) * 3
    const cell = Math.floor(place)
    const within = place - cell
    const margin = 0.1 * hash(cell, row, seed + 1)
    if (within < margin || within > 1 - 0.5 * margin) return undefined
    const middle = 1 - 1.3 * Math.abs(u - 0.5)
    const height = (0.12 + 0.09 * row + 0.2 * hash(cell, row, seed + 2)) * (0.5 + 0.75 * middle)
    const up = shore - v
    const spire = hash(cell, row, seed + 3) > 0.6 && Math.abs(within - 0.5) < 0.03 ? 0.07 : 0
    if (up > height + spire) return undefined
    const shade = scale(stone, 0.55 + 0.25 * row + 0.3 * within)
    if (up > height - 0.015) return shade
    const [column, floor] = [within * (6 - row), up * (54 + 9 * row)]
    const [x, y] = [column % 1, floor % 1]
    if (x < 0.25 || x > 0.8 || y < 0.3 || y > 0.8) return shade
    const chance = hash(cell * 31 + Math.floor(column), Math.floor(floor), seed + row)
    if (chance > lit * (0.6 + 0.8 * hash(cell, row, seed + 4))) return scale(shade, 0.75)
    return scale(bulbs[Math.floor(chance * 997) % bulbs.length], 1 - 0.14 * row)
  }
  const sky = (u, v) => {
    const distance = Math.hypot((u - moon[0]) * 1.333, v - moon[1])
    if (distance < 0.05) return scale([0.97, 0.95, 0.86], 0.8 + 0.25 * noise(u * 50, v * 45, seed + 9))
    const air = mix(top, low, part(v, 0, shore) ** 1.6)
    const [x, y] = [u * 64, v * 48]
    const [column, line] = [Math.floor(x), Math.floor(y)]
    const star = hash(column, line, seed + 5) > 0.97 && Math.hypot(x - column - 0.5, y - line - 0.5) < 0.12
    return mix(star ? [1, 1, 1] : air, [0.9, 0.9, 1], 0.4 * Math.exp(-distance * 9))
  }
  const view = (u, v) => {
    for (let row = 0; row < rows; row++) {
      const colour = tower(u, v, row)
      if (colour) return colour
    }
    return sky(u, v)
  }
  return (u, v) => {
    if (v < shore) return view(u, v)
    if (v < shore + 0.012) return scale(stone, 0.3)
    const depth = v - shore
    const ripple = noise(u * 9, depth * 120, seed + 7) - 0.5
    const mirrored = view(clamp(u + ripple * 0.02, 0, 1), shore - depth * 1.15 - ripple * 0.04)
    return mix(scale(mirrored, 0.62 + 0.3 * ripple), scale(low, 0.35), 0.25 + depth)
  }
}
