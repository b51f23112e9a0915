import { float32Json, shortestFloat32 } from '@pixvec/core'

// What it takes to print a vector: nanoseconds for each number, the best and the median of many runs.
const write = (line: string) => process.stdout.write(`${line}\n`)

for (const dimension of [512, 1024]) {
  const vector = unitVector(dimension)
  const widened = report('JSON.stringify of widened doubles', () => JSON.stringify(Array.from(vector)))
  report('JSON.stringify of shortest decimals', () => JSON.stringify(shortestFloat32(vector)))
  const direct = report('float32Json', () => float32Json(vector))
  write(`${dimension} numbers: ${(widened / direct).toFixed(1)} times as fast as widened doubles\n`)

  function report(name: string, print: () => string): number {
    const [best, median] = time(print, dimension)
    const size = `${print().length} bytes`
    write(
      `${name.padEnd(38)} best ${best.toFixed(0).padStart(4)}, median ${median.toFixed(0).padStart(4)} ns; ${size}`,
    )
    return best
  }
}

function time(print: () => string, dimension: number): [best: number, median: number] {
  const runs = 50
  const nanoseconds: number[] = []
  for (let warmUp = 0; warmUp < 500; warmUp++) print()
  for (let round = 0; round < 21; round++) {
    const begin = performance.now()
    for (let run = 0; run < runs; run++) print()
    nanoseconds.push(((performance.now() - begin) * 1e6) / runs / dimension)
  }
  nanoseconds.sort((a, b) => a - b)
  return [nanoseconds[0]!, nanoseconds[10]!]
}

/** Numbers that look random and are the same at every run. */
function unitVector(dimension: number): Float32Array {
  let state = 1
  const values = Float64Array.from({ length: dimension }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  })
  const length = Math.hypot(...values)
  return Float32Array.from(values, (value) => value / length)
}
