// Colours and points are arrays of three.
export function mix(from, to, part) {
  return from.map((value, i) => value + (to[i] - value) * part)
}
export function scale(colour, factor) {
  return colour.map((value) => value * factor)
}
export function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
export function subtract(a, b) {
  return a.map((value, i) => value - b[i])
}
export function unit(a) {
  return scale(a, 1 / Math.sqrt(dot(a, a)))
}
