import type { ModelInfo } from '@pixvec/core'
import { z } from 'zod'

/** The bodies and the query of the wire, for the sizes of the loaded models, as openapi.json shows them. */
export function requestSchemas(models: readonly ModelInfo[]) {
  const byDefault = models[0]!.defaultDimension
  const sizes = [...new Set(models.flatMap(({ dimensions }) => dimensions))].sort((a, b) => a - b)
  const dimension = z
    .union([z.literal(sizes), z.enum(sizes.map(String))])
    .describe(
      `How many numbers the embedding has: ${sizes.join(' or ')}; ${byDefault} when ` +
        'left out. A smaller one is the first numbers of a larger one, renormalised. Digits in a string count ' +
        'as a number.',
    )
    .meta({ examples: [byDefault] })
  const model = z
    .string()
    .describe(
      'Id of the model that is to answer, one of those that the GraphQL query `models` lists. Left out: the ' +
        'configured one. Vectors of different models must not be compared.',
    )
  const key = z
    .string()
    .describe('The API key. Left out when a header or the query carries it; those are looked at first.')
    .meta({ examples: ['my-key'] })
  const img = z
    .string()
    .describe(
      'The image file in base64: standard or URL-safe alphabet, with or without padding, line breaks and a ' +
        '`data:image/…;base64,` prefix. URLs are refused: this server fetches nothing.',
    )
    .meta({ examples: [onePixelPng] })
  const text = z.object({
    img,
    key: key.optional(),
    dimension: dimension.optional(),
    model: model.optional(),
  })
  const file = z
    .string()
    .describe('The image file itself, in `file` or `img`. Exactly one; its Content-Type does not matter.')
    .meta({ format: 'binary' })
  const url = z.string().describe('URL of a public image. URL input is off: the answer is 400.')
  return {
    json: text.meta({ examples: [{ img: onePixelPng, dimension: byDefault }] }),
    form: text,
    multipart: z.object({
      file: file.optional(),
      img: img.optional(),
      key: key.optional(),
      dimension: dimension.optional(),
      model: model.optional(),
    }),
    postQuery: z.object({ dimension: dimension.optional(), model: model.optional() }),
    getQuery: z.object({
      img: url.optional(),
      url: url.optional(),
      dimension: dimension.optional(),
    }),
  }
}

/** A PNG of one pixel, so that the example of the documentation can be sent as it stands. */
const onePixelPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4EaABAAMkAUEdGZ/EAAAAAElFTkSuQmCC'
