export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high)
}

/** 0 to 1, without corners at either end. */
export function smooth(t) {
  return t * t * (3 - 2 * t)
}

/** How far `value` is from `low` to `high`, 0 to 1. */
export function part(value, low, high) {
  return clamp((value - low) / (high - low), 0, 1)
}
