import { rgb } from './colour.mjs'
import { clamp } from './interval.mjs'
import { layered, noise, ridged } from './noise.mjs'
import { mix, scale } from './vector.mjs'

/** Ridges before an evening sky: the nearer, the darker. */
export function mountains({ seed, sunX, sky, rock }) {
  const [top, low] = sky.map(rgb)
  const [far, near] = rock.map(rgb)
  const layers = 5
  return (u, v) => {
    for (let layer = layers - 1; layer >= 0; layer--) {
      const depth = layer / (layers - 1)
      const ridge =
        0.36 + 0.13 * layer - (0.34 - 0.04 * layer) * (ridged(u * (1.6 + depth), seed + layer * 7) - 0.4)
      if (v < ridge) continue
      const base = mix(far, near, depth)
      const grain = 0.72 + 0.56 * layered(u * 34 + v * 12, v * 22, seed + layer)
      const snow = layer < 2 && v < ridge + 0.05 * noise(u * 30, 1, seed) ? 0.45 : 0
      const haze = (1 - depth) * clamp((v - ridge) * 1.6, 0, 0.6)
      return mix(mix(scale(base, grain), [1, 0.95, 0.92], snow), low, haze)
    }
    const sun = Math.hypot((u - sunX) * 1.333, v - 0.34)
    const clouds = clamp(layered(u * 3, v * 11, seed + 50) * 1.7 - 0.75, 0, 0.5)
    const air = mix(mix(top, low, clamp(v * 2, 0, 1)), [1, 0.72, 0.6], clouds)
    return mix(mix(air, [1, 0.86, 0.6], Math.exp(-sun * 5) * 0.8), [1, 0.97, 0.85], sun < 0.05 ? 1 : 0)
  }
}
