import { describe, expect, it } from 'vitest'
import { float32Json, shortestFloat32 } from './float32-json.js'

const buffer = new DataView(new ArrayBuffer(4))

/** The definition: the first precision whose decimal reads back as the same float32. */
function reference(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits))
    if (Math.fround(candidate) === value) return candidate
  }
  throw new Error(`no decimal for ${value}`)
}

describe('shortestFloat32', () => {
  it('prints nine digits or fewer where the widened double has seventeen', () => {
    const vector = Float32Array.of(0.1, -0.064703725, 1 / 3, 0.5, 1, 0)
    expect(JSON.stringify(shortestFloat32(vector))).toBe('[0.1,-0.064703725,0.33333334,0.5,1,0]')
  })

  it('reads back bit for bit, and no longer than the shortest, for components of unit vectors', () => {
    const vector = Float32Array.from({ length: 20_000 }, (_, i) => Math.sin(i * 12.9898) / (1 + (i % 400)))
    const numbers = shortestFloat32(vector)
    expect(Float32Array.from(numbers)).toEqual(vector)
    const tooLong = numbers.filter(
      (number, i) => String(number).length > String(reference(vector[i]!)).length,
    )
    expect(tooLong).toEqual([])
  })

  it('reads back bit for bit for every kind of finite float32', () => {
    const bits = Array.from({ length: 20_000 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 0)
    const vector = Float32Array.from(bits, (word) => {
      buffer.setUint32(0, word)
      const value = buffer.getFloat32(0)
      return Number.isFinite(value) ? value : 3.4028234663852886e38
    })
    expect(Float32Array.from(JSON.parse(JSON.stringify(shortestFloat32(vector))))).toEqual(vector)
  })
})

describe('float32Json', () => {
  it('writes what JSON.stringify makes of the shortest decimals, for components of unit vectors', () => {
    const vector = Float32Array.from({ length: 50_000 }, (_, i) => Math.sin(i * 78.233) / (1 + (i % 4_000)))
    expect(float32Json(vector) === JSON.stringify(shortestFloat32(vector))).toBe(true)
  })

  it('writes the same for every kind of finite float32', () => {
    const special = [0, -0, 1, -1, 0.5, 0.1, 1e-5, 1e-6, 9.99999e-7, 1e-7, 0.99999994, 1.0000001, 1e21, 1e-45]
    const vector = Float32Array.from({ length: 100_000 }, (_, i) => {
      buffer.setUint32(0, Math.imul(i + 1, 2654435761) >>> 0)
      const value = buffer.getFloat32(0)
      return Number.isFinite(value) ? value : special[i % special.length]!
    })
    for (const each of [vector, Float32Array.from(special), Float32Array.of(0.25), new Float32Array(0)]) {
      expect(float32Json(each) === JSON.stringify(shortestFloat32(each))).toBe(true)
    }
  })
})
