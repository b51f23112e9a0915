import { rgb } from './colour.mjs'
import { clamp, part } from './interval.mjs'
import { hash, layered, noise } from './noise.mjs'
import { dot, mix, scale, unit } from './vector.mjs'

/**
 * Planets before stars.
 * @param bodies  nearest first: `at` (in heights of the picture, from its middle), `radius`, `colours`, `kind`
 *   (banded, land or rock) and, if it has one, a `ring` of a colour
 */
export function planets({ seed, nebula, light, bodies }) {
  const sun = unit(light)
  const glow = rgb(nebula)
  const all = bodies.map((one, i) => ({
    ...one,
    seed: seed + 31 * i,
    colours: one.colours.map(rgb),
    ring: one.ring && rgb(one.ring),
  }))
  return (u, v) => {
    const [x, y] = [(u - 0.5) * 1.333, 0.5 - v]
    let colour = space(u, v, seed, glow)
    for (const one of [...all].reverse()) {
      const [px, py] = [(x - one.at[0]) / one.radius, (y - one.at[1]) / one.radius]
      const hoop = one.ring && ring(one, px, py)
      if (hoop?.isBehind) colour = mix(colour, hoop.colour, hoop.cover)
      const distance = Math.hypot(px, py)
      if (distance < 1) colour = globe(one, px, py, sun)
      else if (one.kind === 'land')
        colour = mix(colour, [0.5, 0.75, 1], 0.5 * clamp(1 - (distance - 1) * 18, 0, 1))
      if (hoop && !hoop.isBehind) colour = mix(colour, hoop.colour, hoop.cover)
    }
    return colour
  }
}

function globe({ kind, colours, seed }, x, y, sun) {
  const z = Math.sqrt(1 - x * x - y * y)
  const lit = clamp(dot([x, y, z], sun), 0, 1)
  const [turn, height] = [Math.atan2(x, z) * 1.4, Math.asin(y) * 1.4]
  const colour = surfaces[kind](colours, turn, height, seed)
  return scale(colour, 0.03 + 1.1 * lit ** 0.8)
}

const surfaces = {
  banded([a, b, c], turn, height, seed) {
    const bend = 0.22 * layered(turn * 2.4, height * 6, seed)
    const band = noise(4.7, (height + bend) * 7, seed + 1)
    const fine = noise(turn * 1.5, (height + bend) * 30, seed + 2)
    const storm = Math.hypot((turn - 0.35) / 0.3, (height + 0.45) / 0.14) < 1
    return storm ? c : scale(mix(a, b, part(band, 0.2, 0.8)), 0.85 + 0.25 * fine)
  },
  land([water, land, high], turn, height, seed) {
    const rise = layered(turn * 1.7, height * 1.7, seed)
    const clouds = part(layered(turn * 2.3 + 0.8 * rise, height * 5, seed + 9), 0.52, 0.72)
    const ice = part(Math.abs(height) + 0.3 * rise, 1.6, 1.7)
    const ground = rise > 0.5 ? mix(land, high, part(rise, 0.52, 0.75)) : scale(water, 0.7 + rise)
    return mix(mix(ground, [0.95, 0.97, 1], ice), [1, 1, 1], 0.85 * clouds)
  },
  rock([a, b], turn, height, seed) {
    let tone = 0.65 + 0.5 * layered(turn * 5, height * 5, seed)
    for (let i = 0; i < 36; i++) {
      const size = 0.05 + 0.2 * hash(i, 1, seed) ** 3
      const [cx, cy] = [(hash(i, 2, seed) - 0.5) * 4, (hash(i, 3, seed) - 0.5) * 3.6]
      const distance = Math.hypot(turn - cx, height - cy) / size
      if (distance < 1.15) tone *= distance < 0.9 ? 0.72 + 0.16 * ((turn - cx) / size) : 1.2
    }
    return scale(mix(a, b, layered(turn * 1.5, height * 1.5, seed + 5)), tone)
  },
}

function ring({ ring: colour, seed }, x, y) {
  const [px, py] = [x * 0.94 + y * 0.34, (y * 0.94 - x * 0.34) / 0.26]
  const distance = Math.hypot(px, py)
  if (distance < 1.3 || distance > 2.25) return undefined
  const gap = Math.abs(distance - 1.92) < 0.04 ? 0.1 : 1
  const grooves = noise(distance * 26, 1, seed)
  return { isBehind: py > 0, colour: scale(colour, 0.7 + 0.4 * grooves), cover: gap * (0.55 + 0.4 * grooves) }
}

function space(u, v, seed, glow) {
  const cloud = part(layered(u * 3, v * 2.4, seed + 3), 0.35, 0.95) ** 1.5
  const [x, y] = [u * 80, v * 60]
  const [column, line] = [Math.floor(x), Math.floor(y)]
  const chance = hash(column, line, seed + 4)
  const star = chance > 0.95 && Math.hypot(x - column - 0.5, y - line - 0.5) < 0.1 + 3 * (chance - 0.95)
  return star
    ? scale([1, 0.97, 0.9], 0.5 + 10 * (chance - 0.95))
    : mix([0.012, 0.014, 0.035], glow, cloud * 0.6)
}
