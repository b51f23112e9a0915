import { rgb } from './colour.mjs'
import { clamp, part } from './interval.mjs'
import { layered, noise } from './noise.mjs'
import { dot, mix, scale, unit } from './vector.mjs'

const light = unit([-0.55, 0.7, 0.6])

/**
 * A bowl of fruit on a table.
 * @param fruits  nearest first: `kind` (apple, orange, plum, banana), `at` and `radius` in heights of the picture,
 *   seen from the middle of the bowl's rim, upwards
 */
export function fruit({ seed, wall, table, bowl, rim = 0.56, fruits }) {
  const [plaster, wood, clay] = [wall, table, bowl].map(rgb)
  const pile = fruits.map((one) => ({ ...one, colour: rgb(one.colour), blush: rgb(one.blush ?? one.colour) }))

  const vessel = (x, y) => {
    const edge = Math.hypot(x / 0.47, y / 0.06)
    if (y < 0 && edge > 1) return undefined
    if (y >= 0) {
      const half = y < 0.27 ? 0.47 * Math.sqrt(1 - (y / 0.31) ** 2) : 0.2 + (y - 0.27) * 0.8
      if (y > 0.31 || Math.abs(x) > half) return undefined
      const lit = lambert([x / 0.5, -y / 0.36 - 0.1])
      const stripe = y > 0.07 && y < 0.09 ? 0.7 : 1
      return scale(clay, (0.35 + 0.75 * lit) * stripe)
    }
    return edge > 0.94 ? scale(clay, 1.12) : scale(clay, 0.4 + 0.2 * x)
  }
  const ground = (u, v, x) => {
    if (v < 0.62) return scale(plaster, 0.86 + 0.12 * noise(u * 5, v * 5, seed) + 0.2 * (0.5 - u) * (1 - v))
    const grain = layered(u * 3 + 0.3 * noise(u * 9, v * 30, seed), v * 46, seed + 1)
    const shadow = Math.exp(-((((x - 0.1) / 0.42) ** 2 + ((v - rim - 0.32) / 0.05) ** 2) ** 2))
    return scale(wood, (0.6 + 0.7 * grain) * (1 - 0.6 * shadow))
  }
  return (u, v) => {
    const [x, y] = [(u - 0.5) * 1.333, v - rim]
    if (y > 0 || Math.hypot(x / 0.47, y / 0.06) < 1) {
      const front = y > 0.055 * Math.sqrt(clamp(1 - (x / 0.47) ** 2, 0, 1)) && vessel(x, y)
      if (front) return front
    }
    for (const one of pile) {
      const colour = shapes[one.kind](one, x - one.at[0], -y - one.at[1], seed)
      if (colour) return colour
    }
    return vessel(x, y) ?? ground(u, v, x)
  }
}

const shapes = {
  apple(one, x, y, seed) {
    const [px, py] = [x / one.radius, y / one.radius]
    if (Math.abs(px - 0.06 * py) < 0.04 && py > 0.66 && py < 1.18) return [0.3, 0.2, 0.12]
    if (((px - 0.3) / 0.3) ** 2 + ((py - 1.02 - 0.2 * px) / 0.11) ** 2 < 1) return [0.28, 0.5, 0.16]
    if (Math.hypot(px / 1.04, py / (0.94 - 0.14 * Math.exp(-px * px * 14))) > 1) return undefined
    const streak = part(noise(Math.atan2(px, py + 2) * 30, py, seed) + px * 0.5, 0.45, 1)
    const hollow = 1 - 0.6 * Math.exp(-(px * px * 16 + (py - 0.84) ** 2 * 60))
    return lacquer(scale(mix(one.colour, one.blush, streak), hollow), [px, py])
  },
  orange(one, x, y, seed) {
    const [px, py] = [x / one.radius, y / one.radius]
    if (Math.hypot(px, py) > 1) return undefined
    if (Math.hypot(px - 0.2, py - 0.6) < 0.07) return [0.3, 0.4, 0.15]
    return lacquer(scale(one.colour, 0.9 + 0.2 * noise(px * 16, py * 16, seed)), [px, py], 0.25)
  },
  plum(one, x, y) {
    const [px, py] = [x / one.radius, y / one.radius]
    return Math.hypot(px, py) > 1 ? undefined : lacquer(one.colour, [px, py], 0.7)
  },
  banana(one, x, y, seed) {
    const { radius, turn = 0 } = one
    const [c, s] = [Math.cos(turn), Math.sin(turn)]
    const [px, py] = [(x * c - y * s) / radius, (x * s + y * c) / radius]
    const angle = Math.atan2(px, 1 - py)
    const half = 0.22 * Math.sqrt(clamp(1 - (angle / 1.15) ** 4, 0, 1)) + (Math.abs(angle) < 1.25 ? 0.035 : 0)
    const across = (Math.hypot(px, 1 - py) - 1) / half
    if (half === 0 || Math.abs(across) > 1) return undefined
    const ripe = Math.abs(angle) > 1.1 ? 0.35 : noise(angle * 12, across * 4, seed) > 0.86 ? 0.7 : 1
    const facet = Math.abs(across - 0.25) < 0.06 ? 0.88 : 1
    return scale(one.colour, ripe * facet * (0.85 - 0.38 * across))
  },
}

function lambert([x, y]) {
  return clamp(dot([x, y, Math.sqrt(clamp(1 - x * x - y * y, 0, 1))], light), 0, 1)
}

function lacquer(colour, at, gloss = 0.5) {
  const lit = lambert(at)
  return scale(colour, 0.3 + 0.8 * lit).map((value) => value + gloss * lit ** 24)
}
