import type { CatalogueEntry } from './entry.js'

export const siglip2L16: CatalogueEntry = {
  id: 'siglip2-l-16-256',
  title: 'Google SigLIP 2 L/16 at 256 pixels',
  repository: 'onnx-community/siglip2-large-patch16-256-ONNX',
  revision: 'main',
  file: 'onnx/vision_model.onnx',
  bytes: 1_260_000_000,
  output: 'pooler_output',
  length: 1024,
  dimensions: [1024],
  tokens: 256,
  inputSize: 256,
  // OpenCLIP resizes the same weights with bicubic: other vectors, hence another model.
  processor: {
    image_processor_type: 'SiglipImageProcessor',
    size: { height: 256, width: 256 },
    resample: 2,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
  },
  pairsWithText: true,
  licence: 'Apache-2.0',
  sources: {
    bytes: 'huggingface.co/onnx-community/siglip2-large-patch16-256-ONNX/tree/main/onnx',
    output: 'the attention pooling of SiglipVisionModel',
    processor: 'preprocessor_config.json of the repository',
    tokens: '256 ÷ 16, squared',
    licence: 'huggingface.co/google/siglip2-large-patch16-256',
  },
  verified: 'documented',
}
