import type { ModelManifest } from '@pixvec/core'
import { Tensor } from 'onnxruntime-node'

/**
 * `count` times the same ready picture, as the model wants it.
 * @param pixels  height × width × 3 of the model's input, uint8 RGB
 */
export function modelInput(pixels: Uint8Array, { input, recipe }: ModelManifest, count: number): Tensor {
  const { height, width, layout, type } = input
  const area = height * width
  const channels = input.channels === 'BGR' ? [2, 1, 0] : [0, 1, 2]
  const one = type === 'uint8' ? new Uint8Array(area * 3) : new Float32Array(area * 3)
  const { scale = 1, mean = [0, 0, 0], std = [1, 1, 1] } = recipe.normalize ?? {}
  channels.forEach((source, channel) => {
    for (let i = 0; i < area; i++) {
      const value = pixels[i * 3 + source]!
      const at = layout === 'NCHW' ? channel * area + i : i * 3 + channel
      one[at] = type === 'uint8' ? value : (value * scale - mean[source]!) / std[source]!
    }
  })
  const all = type === 'uint8' ? new Uint8Array(one.length * count) : new Float32Array(one.length * count)
  for (let i = 0; i < count; i++) all.set(one, i * one.length)
  const shape = layout === 'NCHW' ? [count, 3, height, width] : [count, height, width, 3]
  return all instanceof Uint8Array ? new Tensor('uint8', all, shape) : new Tensor('float32', all, shape)
}
