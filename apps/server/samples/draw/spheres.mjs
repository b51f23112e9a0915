import { rgb } from './colour.mjs'
import { clamp } from './interval.mjs'
import { dot, mix, scale, subtract, unit } from './vector.mjs'

/** Ray-traced balls on a chequered floor, with shadows and one reflection. */
export function spheres(balls) {
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
