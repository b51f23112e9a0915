// Draws the sample pictures of this folder: two each of three subjects, from formulas alone, so that
// a server can be tried and a similarity be shown without anybody's photos. The same code gives the
// same pictures. Run it with `pnpm --filter pixvec draw-samples`.
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const width = 640
const height = 480

const pictures = {
  'mountains-1': mountains({
    seed: 3,
    sunX: 0.68,
    sky: ['#27335f', '#f2a35e'],
    rock: ['#8d7f9d', '#17182c'],
  }),
  'mountains-2': mountains({
    seed: 21,
    sunX: 0.3,
    sky: ['#39406e', '#f6b673'],
    rock: ['#9c8298', '#1d1a2b'],
  }),
  'spheres-1': spheres([
    { at: [-1.1, 1, 4.6], radius: 1, colour: '#c8412f' },
    { at: [1.1, 0.8, 4], radius: 0.8, colour: '#3f78b8' },
    { at: [0.1, 0.45, 2.9], radius: 0.45, colour: '#e0b13c' },
  ]),
  'spheres-2': spheres([
    { at: [1.2, 1.1, 4.8], radius: 1.1, colour: '#d1553a' },
    { at: [-1, 0.7, 3.8], radius: 0.7, colour: '#4a84bb' },
    { at: [0.25, 0.4, 2.8], radius: 0.4, colour: '#d9a640' },
  ]),
  'houses-1': houses({ seed: 5, sky: ['#5f9fd6', '#d6e8f2'], walls: ['#d9c7a4', '#c9866b', '#e3ddcf'] }),
  'houses-2': houses({ seed: 8, sky: ['#6aa7d8', '#e0ecf1'], walls: ['#e2d4b8', '#b97a62', '#cfd3d0'] }),
}

for (const [name, shade] of Object.entries(pictures)) {
  const file = fileURLToPath(new URL(`${name}.jpg`, import.meta.url))
  const { size } = await sharp(render(shade), { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 84, mozjpeg: true })
    .toFile(file)
  process.stdout.write(`${name}.jpg ${size} bytes\n`)
}

/** Four looks a pixel: edges come out smooth. */
function render(shade) {
  const pixels = Buffer.alloc(width * height * 3)
  const offsets = [0.25, 0.75]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0]
      for (const dy of offsets) {
        for (const dx of offsets) {
          const colour = shade((x + dx) / width, (y + dy) / height)
          for (let c = 0; c < 3; c++) sum[c] += colour[c]
        }
      }
      for (let c = 0; c < 3; c++) pixels[(y * width + x) * 3 + c] = clamp(sum[c] / 4, 0, 1) * 255
    }
  }
  return pixels
}

/** Ridges before an evening sky: the nearer, the darker. */
function mountains({ seed, sunX, sky, rock }) {
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

/** Ray-traced balls on a chequered floor, with shadows and one reflection. */
function spheres(balls) {
  const objects = balls.map((ball) => ({ ...ball, colour: rgb(ball.colour) }))
  const light = unit([-0.6, 0.9, -0.5])
  const hit = (from, ray) => {
    let nearest
    for (const object of objects) {
      const offset = subtract(from, object.at)
      const b = dot(offset, ray)
      const under = b * b - dot(offset, offset) + object.radius ** 2
      const distance = under > 0 ? -b - Math.sqrt(under) : -1
      if (distance > 1e-4 && (!nearest || distance < nearest.distance)) nearest = { distance, object }
    }
    return nearest
  }
  const trace = (from, ray, depth) => {
    const ball = hit(from, ray)
    const floor = ray[1] < 0 ? -from[1] / ray[1] : Infinity
    if (!ball && (floor === Infinity || floor > 40)) {
      return mix([0.93, 0.94, 0.95], [0.5, 0.64, 0.8], clamp(ray[1] * 1.6, 0, 1))
    }
    const distance = ball ? ball.distance : floor
    const point = from.map((value, i) => value + ray[i] * distance)
    const normal = ball ? unit(subtract(point, ball.object.at)) : [0, 1, 0]
    const squares = (Math.floor(point[0] * 1.4) + Math.floor(point[2] * 1.4)) & 1
    const paint = ball ? ball.object.colour : squares ? [0.86, 0.84, 0.8] : [0.36, 0.37, 0.4]
    const lit = hit(point, light) ? 0 : clamp(dot(normal, light), 0, 1)
    const back = ray.map((value, i) => value - 2 * dot(ray, normal) * normal[i])
    const gloss = ball && lit > 0 ? clamp(dot(back, light), 0, 1) ** 40 : 0
    const colour = scale(paint, 0.28 + 0.78 * lit).map((value) => value + gloss * 0.8)
    if (depth === 0) return colour
    return mix(colour, trace(point, back, depth - 1), ball ? 0.2 : 0.08)
  }
  return (u, v) => trace([0, 1.15, -0.6], unit([(u - 0.5) * 1.333, 0.42 - v, 0.95]), 1)
}

/** A row of houses with windows under a cloudy sky, a lawn and a road before them. */
function houses({ seed, sky, walls }) {
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

function ridged(x, seed) {
  let sum = 0
  for (let octave = 0; octave < 6; octave++) {
    sum += (1 - Math.abs(2 * noise(x * 1.7 * 2 ** octave, seed, seed) - 1)) / 2 ** (octave + 1)
  }
  return sum
}

function layered(x, y, seed) {
  let sum = 0
  for (let octave = 0; octave < 5; octave++)
    sum += noise(x * 2 ** octave, y * 2 ** octave, seed + octave) / 2 ** (octave + 1)
  return sum
}

/** Value noise, 0 to 1. */
function noise(x, y, seed) {
  const [ix, iy] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [smooth(x - ix), smooth(y - iy)]
  const upper = hash(ix, iy, seed) * (1 - fx) + hash(ix + 1, iy, seed) * fx
  const lower = hash(ix, iy + 1, seed) * (1 - fx) + hash(ix + 1, iy + 1, seed) * fx
  return upper * (1 - fy) + lower * fy
}

/** Integers only: the same on every machine. */
function hash(x, y, seed) {
  let h = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ Math.imul(seed, 1274126177)
  h = Math.imul(h ^ (h >>> 13), 1103515245)
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296
}

function rgb(hex) {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
}
function mix(from, to, part) {
  return from.map((value, i) => value + (to[i] - value) * part)
}
function scale(colour, factor) {
  return colour.map((value) => value * factor)
}
function smooth(t) {
  return t * t * (3 - 2 * t)
}
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high)
}
function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
function subtract(a, b) {
  return a.map((value, i) => value - b[i])
}
function unit(a) {
  return scale(a, 1 / Math.sqrt(dot(a, a)))
}
