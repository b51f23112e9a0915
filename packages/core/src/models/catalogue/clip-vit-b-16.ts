import { type CatalogueEntry, clipProcessor } from './entry.js'

export const clipVitB16: CatalogueEntry = {
  id: 'clip-vit-b-16',
  title: 'OpenAI CLIP ViT-B/16',
  repository: 'immich-app/ViT-B-16__openai',
  revision: 'main',
  file: 'visual/model.onnx',
  bytes: 345_000_000,
  length: 512,
  dimensions: [512],
  tokens: 196,
  inputSize: 224,
  processor: clipProcessor,
  pairsWithText: true,
  licence: 'MIT',
  sources: {
    bytes: 'huggingface.co/immich-app/ViT-B-16__openai/tree/main/visual',
    length: 'github.com/mlfoundations/open_clip, model_configs/ViT-B-16.json: embed_dim',
    processor: 'visual/preprocess_cfg.json of the repository; github.com/openai/CLIP',
    tokens: '224 ÷ 16, squared',
    licence: 'github.com/openai/CLIP, LICENSE',
  },
  verified: 'documented',
}
