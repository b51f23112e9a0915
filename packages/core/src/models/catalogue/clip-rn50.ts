import { type CatalogueEntry, clipProcessor } from './entry.js'

export const clipRn50: CatalogueEntry = {
  id: 'clip-rn50',
  title: 'OpenAI CLIP RN50',
  repository: 'immich-app/RN50__openai',
  revision: 'main',
  file: 'visual/model.onnx',
  bytes: 153_000_000,
  length: 1024,
  dimensions: [1024],
  tokens: 49,
  inputSize: 224,
  processor: clipProcessor,
  pairsWithText: true,
  licence: 'MIT',
  sources: {
    bytes: 'huggingface.co/immich-app/RN50__openai/tree/main/visual',
    length: 'github.com/mlfoundations/open_clip, model_configs/RN50.json: embed_dim',
    processor: 'visual/preprocess_cfg.json of the repository; github.com/openai/CLIP',
    tokens: 'positions of the last feature map: 224 ÷ 32, squared',
    licence: 'github.com/openai/CLIP, LICENSE',
  },
  verified: 'documented',
}
