import { rgb } from './colour.mjs'
import { noise } from './noise.mjs'
import { mix, scale } from './vector.mjs'

/**
 * Woven cloth with folds.
 * @param sett  the colours of the threads in turn and how many of each, as `[colour, count]`: warp and weft alike
 * @param threads  across the height of the picture
 */
export function cloth({ seed, sett, threads, turn, folds }) {
  const yarn = sett.flatMap(([colour, count]) => Array.from({ length: count }, () => rgb(colour)))
  const [c, s] = [Math.cos(turn), Math.sin(turn)]
  return (u, v) => {
    const [x, y] = [(u - 0.5) * 1.333, v - 0.5]
    const drape = noise(x * 1.6 + 0.4 * y + 7, y * 0.9 + 3, seed)
    const swing = 0.05 * folds * Math.sin(drape * 9)
    const across = ((x + swing) * c - y * s) * threads + 500
    const along = ((x + swing) * s + y * c) * threads + 500
    const [warp, weft] = [Math.floor(across), Math.floor(along)]
    // A twill: two over, two under, one further each row.
    const isWarp = (warp + weft) % 4 < 2
    const [thread, over] = isWarp ? [warp, across % 1] : [weft, along % 1]
    const round = 0.55 + 0.5 * Math.sin(Math.PI * over)
    const fibre = 0.9 + 0.2 * noise(across * 2, along * 2, seed + 1)
    const fold = 1 + 0.42 * folds * Math.cos(drape * 9 + 0.8)
    const colour = scale(yarn[thread % yarn.length], round * fibre * fold)
    return mix(colour, [1, 1, 1], 0.03 * folds)
  }
}
