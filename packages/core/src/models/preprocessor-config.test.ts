import { describe, expect, it } from 'vitest'
import { readPreprocessorConfig } from './preprocessor-config.js'

const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const complete = {
  do_resize: true,
  size: { shortest_edge: 256 },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: 224, width: 224 },
  do_rescale: true,
  rescale_factor: 0.00392156862745098,
  do_normalize: true,
  image_mean: imageNet.mean,
  image_std: imageNet.std,
}
const input = { layout: 'NCHW', type: 'float32', channels: 'RGB', width: 224, height: 224 }

/** Resize and crop that a file asks for. */
function shapeOf(config: object) {
  const { resize, centreCrop } = readPreprocessorConfig(config).recipe
  return { resize, centreCrop }
}

describe('readPreprocessorConfig', () => {
  it('reads a file that says everything and names no processor', () => {
    expect(readPreprocessorConfig(complete)).toEqual({
      input,
      recipe: {
        exifOrientation: true,
        alpha: 'drop',
        resize: { mode: 'shortest-edge', size: 256, filter: 'bicubic' },
        centreCrop: { width: 224, height: 224 },
        normalize: { scale: 0.00392156862745098, ...imageNet },
      },
    })
  })

  it('reads old files of CLIP, whose sizes are bare numbers, and fills in what CLIP takes for granted', () => {
    const { input: clipInput, recipe } = readPreprocessorConfig({
      feature_extractor_type: 'CLIPFeatureExtractor',
      size: 336,
      crop_size: 336,
    })
    expect(clipInput).toEqual({ ...input, width: 336, height: 336 })
    expect(recipe.resize).toEqual({ mode: 'shortest-edge', size: 336, filter: 'bicubic' })
    expect(recipe.normalize?.mean).toEqual([0.48145466, 0.4578275, 0.40821073])
    expect(recipe.normalize?.scale).toBe(1 / 255)
  })

  it('squashes as ViT and SigLIP do, each with its own filter', () => {
    const squash = { mode: 'squash', width: 224, height: 224 }
    expect(shapeOf({ image_processor_type: 'ViTImageProcessor', size: 224 })).toEqual({
      resize: { ...squash, filter: 'bilinear' },
    })
    expect(shapeOf({ image_processor_type: 'SiglipImageProcessor' })).toEqual({
      resize: { ...squash, filter: 'bicubic' },
    })
  })

  it('cuts a share of the picture as ConvNeXt does, and squashes from 384 on', () => {
    const convNext = { image_processor_type: 'ConvNextImageProcessor', crop_pct: 0.875 }
    expect(shapeOf({ ...convNext, size: { shortest_edge: 224 } })).toEqual({
      resize: { mode: 'shortest-edge', size: 256, filter: 'bicubic' },
      centreCrop: { width: 224, height: 224 },
    })
    expect(shapeOf({ ...convNext, size: 384 })).toEqual({
      resize: { mode: 'squash', width: 384, height: 384, filter: 'bicubic' },
    })
  })

  it('squashes and then cuts as DeiT does', () => {
    expect(shapeOf({ image_processor_type: 'DeiTImageProcessor' })).toEqual({
      resize: { mode: 'squash', width: 256, height: 256, filter: 'bicubic' },
      centreCrop: { width: 224, height: 224 },
    })
  })

  for (const [code, filter] of ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'].entries()) {
    it(`takes resample ${code} for ${filter}`, () => {
      expect(shapeOf({ ...complete, resample: code }).resize.filter).toBe(filter)
    })
  }

  it('leaves out the steps that are switched off', () => {
    const { normalize } = readPreprocessorConfig({
      ...complete,
      do_normalize: false,
      do_rescale: false,
    }).recipe
    expect(normalize).toEqual({ scale: 1, mean: [0, 0, 0], std: [1, 1, 1] })
  })

  it('overlooks what changes nothing', () => {
    const chatter = {
      do_convert_rgb: null,
      do_pad: false,
      device: null,
      processor_class: 'CLIPProcessor',
      _valid_processor_keys: ['images'],
      data_format: 'channels_first',
    }
    expect(readPreprocessorConfig({ ...complete, ...chatter })).toEqual(readPreprocessorConfig(complete))
  })

  for (const [change, complaint] of [
    [{ do_pad: true, size_divisor: 32 }, 'do_pad, size_divisor: not supported'],
    [{ do_resize: false }, 'do_resize: only true is supported'],
    [{ resample: 6 }, 'resample: '],
    [{ size: { longest_edge: 9 } }, 'or shortest_edge; received {"longest_edge":9}'],
    [{ size: 224 }, 'size: a bare number means different things'],
    [{ do_center_crop: false }, 'do_center_crop: size.shortest_edge needs it to be true'],
    [{ crop_size: undefined }, 'crop_size: missing'],
    [{ crop_size: 300 }, 'crop_size: larger than the resized picture'],
    [{ image_mean: [0.5] }, 'image_mean'],
    [{ image_std: null }, 'image_std: missing'],
    [{ image_processor_type: 'SamImageProcessor' }, 'SamImageProcessor is not one of CLIP, Bit'],
    [{ image_processor_type: 'ViTImageProcessor' }, 'do_center_crop: this processor has no centre crop'],
    [{ image_processor_type: 'CLIPImageProcessor', crop_pct: 0.9 }, 'crop_pct: CLIPImageProcessor has no'],
  ] as const) {
    it(`names what it cannot follow: ${JSON.stringify(change)}`, () => {
      expect(() => readPreprocessorConfig({ ...complete, ...change })).toThrow(complaint)
    })
  }

  it('refuses what is no object', () => {
    expect(() => readPreprocessorConfig('{}')).toThrow('cannot be followed')
  })
})
