import type { CatalogueEntry } from './entry.js'

export const peCoreB16: CatalogueEntry = {
  id: 'pe-core-b-16-224',
  title: 'Meta Perception Encoder Core B/16 at 224 pixels',
  repository: 'bep256/PE-Core-B16-224-ONNX',
  revision: 'main',
  file: 'image.onnx',
  bytes: 370_000_000,
  output: 'image_embeds',
  length: 1024,
  dimensions: [1024],
  tokens: 196,
  inputSize: 224,
  processor: {
    image_processor_type: 'SiglipImageProcessor',
    size: { height: 224, width: 224 },
    resample: 2,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
  },
  pairsWithText: true,
  licence: 'Apache-2.0',
  sources: {
    file: 'nicegal-server, which publishes these exports: its list of model files',
    processor: 'github.com/facebookresearch/perception_models, core/vision_encoder/transforms.py',
    tokens: '224 ÷ 16, squared',
    licence: 'huggingface.co/facebook/PE-Core-B16-224',
  },
  verified: 'documented',
}
