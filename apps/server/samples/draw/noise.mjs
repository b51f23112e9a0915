import { smooth } from './interval.mjs'

export function ridged(x, seed) {
  let sum = 0
  for (let octave = 0; octave < 6; octave++) {
    sum += (1 - Math.abs(2 * noise(x * 1.7 * 2 ** octave, seed, seed) - 1)) / 2 ** (octave + 1)
  }
  return sum
}

/** Value noise with detail, 0 to 0.97. */
export function layered(x, y, seed) {
  let sum = 0
  for (let octave = 0; octave < 5; octave++)
    sum += noise(x * 2 ** octave, y * 2 ** octave, seed + octave) / 2 ** (octave + 1)
  return sum
}

/** Value noise, 0 to 1. */
export function noise(x, y, seed) {
  const [ix, iy] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [smooth(x - ix), smooth(y - iy)]
  const upper = hash(ix, iy, seed) * (1 - fx) + hash(ix + 1, iy, seed) * fx
  const lower = hash(ix, iy + 1, seed) * (1 - fx) + hash(ix + 1, iy + 1, seed) * fx
  return upper * (1 - fy) + lower * fy
}

/** Integers only: the same on every machine. */
export function hash(x, y, seed) {
  let h = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ Math.imul(seed, 1274126177)
  h = Math.imul(h ^ (h >>> 13), 1103515245)
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296
}
