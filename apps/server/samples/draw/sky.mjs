import { rgb } from './colour.mjs'
import { clamp } from './interval.mjs'
import { layered } from './noise.mjs'
import { mix } from './vector.mjs'

/** Air from `top` to `low`, which it reaches at `horizon`, with clouds: none at a `cover` of 0, many at 1. */
export function sky({ top, low, seed, horizon = 0.6, cover = 0.5, cloud = '#ffffff' }) {
  const [above, below, white] = [top, low, cloud].map(rgb)
  return (u, v) => {
    const clouds = clamp(layered(u * 4, v * 8, seed) * 2.6 - 2 + cover * 1.6, 0, 0.9)
    return mix(mix(above, below, clamp(v / horizon, 0, 1)), white, clouds)
  }
}
