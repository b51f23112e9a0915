import { type CatalogueEntry, clipProcessor } from './entry.js'

export const clipVitB32: CatalogueEntry = {
  id: 'clip-vit-b-32',
  title: 'OpenAI CLIP ViT-B/32',
  repository: 'Xenova/clip-vit-base-patch32',
  revision: 'main',
  file: 'onnx/vision_model.onnx',
  bytes: 352_000_000,
  output: 'image_embeds',
  length: 512,
  dimensions: [512],
  tokens: 49,
  inputSize: 224,
  processor: clipProcessor,
  pairsWithText: true,
  licence: 'MIT',
  sources: {
    bytes: 'huggingface.co/Xenova/clip-vit-base-patch32/tree/main/onnx',
    output: 'the projection of CLIPVisionModelWithProjection, which the export holds',
    processor: 'preprocessor_config.json of the repository; github.com/openai/CLIP',
    tokens: '224 ÷ 32, squared',
    licence: 'github.com/openai/CLIP, LICENSE',
  },
  verified: 'documented',
}
