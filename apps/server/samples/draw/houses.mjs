import { rgb } from './colour.mjs'
import { clamp } from './interval.mjs'
import { hash, layered, noise } from './noise.mjs'
import { mix, scale } from './vector.mjs'

/** A row of houses with windows under a cloudy sky, a lawn and a road before them. */
export function houses({ seed, sky, walls }) {
  const [top, low] = sky.map(rgb)
  const row = walls.map((wall, index) => ({
    left: 0.05 + index * 0.31 + (hash(index, 1, seed) - 0.5) * 0.04,
    width: 0.24 + hash(index, 2, seed) * 0.04,
    eaves: 0.4 + hash(index, 3, seed) * 0.08,
    wall: rgb(wall),
    roof: mix(rgb('#7a3b30'), rgb('#54423f'), hash(index, 4, seed)),
  }))
  const house = ({ left, width: wide, eaves, wall, roof }, u, v, index) => {
    const x = (u - left) / wide
    const gable = eaves - 0.2 * (1 - Math.abs(x - 0.5) * 1.8)
    if (v < eaves) {
      if (x < -0.055 || x > 1.055 || v < gable) return undefined
      return scale(
        roof,
        0.8 + 0.2 * ((Math.floor(v * 110) + Math.floor(x * 26)) & 1) + 0.2 * noise(u * 60, v * 90, seed),
      )
    }
    if (x < 0 || x > 1 || v > 0.78) return undefined
    if (x > 0.43 && x < 0.57 && v > 0.64)
      return scale(rgb('#4b3626'), v < 0.65 || x < 0.44 || x > 0.56 ? 1.5 : 1)
    for (const [wx, wy] of [
      [0.22, 0.07],
      [0.5, 0.07],
      [0.78, 0.07],
      [0.22, 0.24],
      [0.78, 0.24],
    ]) {
      const dx = Math.abs(x - wx) / 0.085
      const dy = Math.abs(v - eaves - wy) / 0.055
      if (dx > 1.15 || dy > 1.15) continue
      if (dx > 1 || dy > 1 || dx < 0.08 || dy < 0.06) return [0.94, 0.94, 0.92]
      return mix(
        [0.16, 0.2, 0.27],
        [0.62, 0.74, 0.84],
        clamp(noise(x * 4 + wx, v * 8, seed + index) * 0.9, 0, 1),
      )
    }
    return scale(wall, 0.9 + 0.1 * noise(u * 80, v * 80, seed) - 0.16 * clamp(1 - (v - eaves) * 18, 0, 1))
  }
  return (u, v) => {
    for (const [index, one] of row.entries()) {
      const colour = house(one, u, v, index)
      if (colour) return colour
    }
    if (v > 0.86) return scale([0.4, 0.4, 0.42], 0.85 + 0.25 * noise(u * 120, v * 160, seed))
    if (v > 0.84) return [0.75, 0.74, 0.7]
    if (v > 0.77) return scale([0.3, 0.48, 0.2], 0.7 + 0.5 * noise(u * 90, v * 160, seed))
    const hedge = 0.66 - 0.09 * layered(u * 7, 2, seed + 9)
    if (v > hedge) return scale([0.2, 0.36, 0.17], 0.6 + 0.7 * noise(u * 50, v * 50, seed + 3))
    const clouds = clamp(layered(u * 4, v * 7, seed + 20) * 2.4 - 1.1, 0, 0.9)
    return mix(mix(top, low, clamp(v * 1.7, 0, 1)), [1, 1, 1], clouds)
  }
}
