import { rgb } from './colour.mjs'
import { clamp, part } from './interval.mjs'
import { layered, noise } from './noise.mjs'
import { mix, scale } from './vector.mjs'

/**
 * A cat's face.
 * @param fur  of the face, of its stripes and of muzzle and chest
 * @param stripes  how strong they are, 0 to 1
 * @param mask  how dark face and ears are against the body, 0 to 1: a Siamese
 * @param at  the middle of the face, in heights of the picture from its middle
 */
export function cat({ seed, backdrop, fur, eyes, stripes = 0, mask = 0, at = [0, 0], size = 1, tilt = 0 }) {
  const [wall, coat, dark, pale, iris] = [backdrop, ...fur, eyes].map(rgb)
  const [c, s] = [Math.cos(tilt), Math.sin(tilt)]

  const hair = (colour, x, y) => {
    const angle = Math.atan2(x, y + 0.1) * 26
    return scale(colour, 0.78 + 0.44 * noise(angle, Math.hypot(x, y) * 16, seed))
  }
  const ear = (x, y) => {
    const [px, py] = [Math.abs(x) - 0.215, 0.19 + y]
    const up = -py
    const half = 0.135 * (1 - part(up, 0.02, 0.27))
    const lean = 0.32 * up
    if (up < -0.06 || up > 0.26 || Math.abs(px - lean) > half) return undefined
    const isInner = Math.abs(px - lean + 0.005) < half * 0.58 && up < 0.18
    const outer = hair(mix(coat, dark, 0.35 * stripes + mask), x, y)
    return isInner ? mix(scale([0.93, 0.66, 0.62], 0.7 + up), outer, 0.25 + 0.5 * mask) : outer
  }
  const eye = (x, y) => {
    const [px, py] = [Math.abs(x) - 0.155, y + 0.035 + 0.18 * (Math.abs(x) - 0.155)]
    const lid = Math.hypot(px / 0.085, py / 0.062)
    if (lid > 1.16) return undefined
    if (lid > 1) return [0.1, 0.08, 0.08]
    if (Math.hypot(px * Math.sign(x) + 0.022, py + 0.024) < 0.014) return [1, 1, 1]
    if (Math.hypot(px / 0.022, py / 0.056) < 1) return [0.04, 0.04, 0.05]
    return scale(iris, 0.65 + 0.45 * part(Math.hypot(px, py), 0, 0.08) - 1.6 * clamp(-py, 0, 0.2))
  }
  const muzzle = (x, y) => {
    const py = y - 0.105
    if (py > -0.035 && py < 0.03 && Math.abs(x) < 0.05 * (1 - part(py, -0.03, 0.035) ** 2)) {
      return scale([0.9, 0.55, 0.55], 1 - 0.55 * mask - 4 * clamp(py, 0, 0.05))
    }
    if (Math.abs(x) < 0.006 && py > 0.02 && py < 0.075) return [0.22, 0.14, 0.13]
    const smile = 0.075 + 0.035 * Math.sin(clamp(Math.abs(x) / 0.1, 0, 1) * Math.PI)
    if (Math.abs(x) < 0.1 && Math.abs(py - smile) < 0.006) return [0.22, 0.14, 0.13]
    return undefined
  }
  const whisker = (x, y) => {
    const px = Math.abs(x)
    if (px < 0.09 || px > 0.46) return false
    return [-0.16, 0.02, 0.2].some((slope, i) => {
      const line = 0.15 + 0.022 * i + slope * (px - 0.09) + 0.35 * (px - 0.09) ** 2
      return Math.abs(y - line) < 0.0032 * (1.25 - 2 * (px - 0.09))
    })
  }
  const head = (x, y) => {
    const cheek = 0.03 * part(y, -0.05, 0.12) * (1 + 0.5 * noise(y * 60, 1, seed))
    if (Math.hypot(x / (0.37 + cheek), y / 0.3) > 1 + 0.012 * noise(Math.atan2(x, y) * 50, 1, seed))
      return undefined
    const brow = part(Math.sin(x * 62 * (1 + 0.4 * y)), 0.1, 0.7) * part(y, -0.08, -0.16)
    const side = part(Math.sin((y + 0.35 * Math.abs(x)) * 58), 0.1, 0.7) * part(Math.abs(x), 0.2, 0.27)
    let colour = mix(coat, dark, 0.85 * stripes * Math.max(brow, side))
    colour = mix(colour, dark, mask * part(Math.hypot(x / 0.3, (y - 0.04) / 0.26), 1.1, 0.4))
    const cheeks = Math.hypot((Math.abs(x) - 0.065) / 0.095, (y - 0.165) / 0.075)
    const chin = Math.hypot(x / 0.1, (y - 0.24) / 0.06)
    const white = part(Math.min(cheeks, chin), 1.15, 0.85) * (1 - 0.75 * mask)
    const blaze = part(Math.abs(x), 0.05, 0.025) * part(y, -0.02, 0.1) * (1 - mask) * 0.8
    const round = 1.08 - 0.5 * Math.hypot(x / 0.42, y / 0.36) ** 3 - 0.18 * x
    return scale(hair(mix(colour, pale, Math.max(white, blaze)), x, y), round)
  }
  const body = (x, y) => {
    if (y < 0.12 || Math.abs(x) > 0.2 + 0.42 * Math.sqrt(part(y, 0.12, 0.75))) return undefined
    const bib = part(Math.abs(x), 0.2, 0.12)
    const bars = stripes * part(Math.sin(y * 46 + Math.abs(x) * 12), 0.2, 0.7)
    return scale(hair(mix(mix(coat, dark, 0.7 * bars), pale, bib), x * 2, y), 0.82 - 0.3 * Math.abs(x))
  }
  return (u, v) => {
    const [dx, dy] = [((u - 0.5) * 1.333 - at[0]) / size, (v - 0.5 - at[1]) / size]
    const [x, y] = [dx * c - dy * s, dx * s + dy * c]
    if (whisker(x, y)) return [0.97, 0.97, 0.95]
    const face = muzzle(x, y) ?? eye(x, y)
    if (face) return face
    const front = head(x, y) ?? ear(x, y) ?? body(x, y)
    return front ?? scale(wall, 0.75 + 0.35 * layered(u * 2.4, v * 2.4, seed + 3) + 0.2 * (0.5 - v))
  }
}
