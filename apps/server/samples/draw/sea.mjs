import { rgb } from './colour.mjs'
import { clamp, part } from './interval.mjs'
import { noise } from './noise.mjs'
import { sky } from './sky.mjs'
import { mix, scale } from './vector.mjs'

/**
 * Sailing boats on the open sea, with their reflections.
 * @param boats  `at`: the middle of the waterline; `size`: a bit less than the mast's height
 */
export function sea({ seed, horizon, air, water, sun, boats }) {
  const above = sky({ seed, horizon, ...air })
  const [deep, shine, glare] = [...water, sun.colour].map(rgb)
  const fleet = boats.map((one) => ({ ...one, sail: rgb(one.sail), hull: rgb(one.hull) }))
  const firmament = (u, v) => {
    const distance = Math.hypot((u - sun.at[0]) * 1.333, v - sun.at[1])
    return mix(above(u, v), glare, distance < sun.radius ? 1 : 0.7 * Math.exp(-(distance - sun.radius) * 7))
  }
  const surface = (u, v) => {
    const depth = 1 / (v - horizon + 0.03)
    const swell = noise((u - 0.5) * depth * 2.4, depth * 5, seed + 1)
    const ripple = noise((u - 0.5) * depth * 9, depth * 13, seed + 2)
    const wave = (0.6 * swell + 0.4 * ripple - 0.5) * clamp(7 / depth, 0.25, 1)
    const colour = mix(deep, shine, clamp(0.75 - (v - horizon) * 1.5 + wave * 1.1, 0, 1))
    const path = Math.exp(-(((u - sun.at[0]) / (0.05 + 0.2 * (v - horizon))) ** 2))
    return mix(colour, glare, sun.glitter * path * part(wave, -0.1, 0.15))
  }
  return (u, v) => {
    for (const one of fleet) {
      const colour = boat(one, u, v)
      if (colour) return colour
    }
    if (v < horizon) return firmament(u, v)
    for (const one of fleet) {
      const sway = (noise(u * 8, v * 90, seed + 3) - 0.5) * 0.03
      const colour = v > one.at[1] && boat(one, u + sway, 2 * one.at[1] - v)
      if (colour) return mix(surface(u, v), colour, 0.45)
    }
    return surface(u, v)
  }
}

function boat({ at, size, sail, hull, turn = 1 }, u, v) {
  const x = (((u - at[0]) * 1.333) / size) * turn
  const y = (at[1] - v) / size
  if (y < 0 || y > 1.3 || Math.abs(x) > 0.7) return undefined
  if (y < 0.13) {
    if (x < -0.34 - y * 0.5 || x > 0.36 + y * 1.3) return undefined
    return scale(y > 0.1 ? [0.95, 0.95, 0.92] : hull, 0.8 + 0.3 * x)
  }
  if (Math.abs(x) < 0.013 && y < 1.27) return [0.25, 0.2, 0.17]
  const [main, front] = [part(y, 0.2, 1.22), part(y, 0.17, 1.02)]
  if (y > 0.2 && x < 0 && x > -0.42 * (1 - main ** 1.4))
    return scale(sail, 0.82 + 0.4 * (x + 0.4) - 0.1 * seam(y))
  if (y > 0.17 && x > 0.03 && x < 0.03 + 0.44 * (1 - front) ** 1.1) return scale(sail, 1.02 - 0.5 * x)
  return undefined
}

const seam = (y) => (y % 0.21 < 0.012 ? 1 : 0)
