import { rgb } from './colour.mjs'
import { clamp, part } from './interval.mjs'
import { layered, noise } from './noise.mjs'
import { sky } from './sky.mjs'
import { mix, scale } from './vector.mjs'

/**
 * Hot-air balloons over hills.
 * @param fleet  `at`: the middle of the envelope; `radius` in heights of the picture; `colours` of the gores
 */
export function balloons({ seed, air, hills, fleet }) {
  const above = sky({ seed, horizon: 0.8, ...air })
  const [far, near] = hills.map(rgb)
  const haze = rgb(air.low)
  const all = fleet.map((one) => ({ ...one, colours: one.colours.map(rgb) }))
  return (u, v) => {
    for (const one of all) {
      const colour = balloon(one, ((u - one.at[0]) * 1.333) / one.radius, (v - one.at[1]) / one.radius)
      if (colour) return colour
    }
    for (let layer = 2; layer >= 0; layer--) {
      const edge = 0.76 + 0.07 * layer - 0.11 * layered(u * (2.2 - 0.4 * layer), layer, seed + layer)
      if (v < edge) continue
      const fields = 0.75 + 0.4 * noise(u * 14 + v * 9, v * 34, seed + 5) + 0.2 * noise(u * 90, v * 110, seed)
      return mix(scale(mix(far, near, layer / 2), fields), haze, 0.5 - 0.22 * layer)
    }
    return above(u, v)
  }
}

function balloon({ colours, stripes = 12, zigzag = 0 }, x, y) {
  if (y < -1 || y > 2.05 || Math.abs(x) > 1) return undefined
  if (y < 1.42) {
    const half =
      y < 0.25 ? Math.sqrt(1 - y * y * (y > 0 ? 0.55 : 1)) : 0.983 - 0.66 * part(y, 0.25, 1.42) ** 1.25
    const across = x / half
    if (Math.abs(across) > 1) return undefined
    const around = (Math.asin(across) / Math.PI + 0.5) * stripes
    const band = Math.floor(around + zigzag * Math.abs(((y * 3 + 9) % 1) - 0.5))
    const seam = 1 - 0.25 * part(Math.abs((around % 1) - 0.5), 0.42, 0.5)
    const lit = 0.55 + 0.5 * clamp(0.6 - 0.55 * across - 0.35 * y, 0, 1) + 0.1 * (1 - across * across)
    return scale(colours[((band % colours.length) + colours.length) % colours.length], seam * lit)
  }
  if (y > 1.78) {
    if (Math.abs(x) > 0.17 || y > 2.02) return undefined
    const weave = 0.75 + 0.25 * ((Math.floor(x * 40) + Math.floor(y * 40)) & 1)
    return scale(y < 1.82 ? [0.35, 0.22, 0.12] : [0.6, 0.4, 0.22], weave)
  }
  if (y < 1.62 && Math.abs(x) < 0.06 * part(y, 1.42, 1.6) && Math.abs(x) < 0.5 * (1.62 - y))
    return [1, 0.8, 0.35]
  const rope = 0.31 - 0.15 * part(y, 1.42, 1.78)
  return Math.abs(Math.abs(x) - rope) < 0.014 ? [0.2, 0.17, 0.15] : undefined
}
