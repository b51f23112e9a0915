import 'reflect-metadata'
import {
  AbortedError,
  type CallContext,
  decodeBase64Image,
  decodeLongBase64Image,
  freeMemory,
  publicError,
  toEmbeddingResponse,
} from '@pixvec/core'
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql'
import type { CarvedTexts } from '../body/carve-json.js'
import type { GatewayHost } from '../plugin.js'
import { Embedding, EmbeddingError, EmbedImageResult, Model } from './types.js'

const imgDescription =
  'The image file as base64 (standard or URL-safe, padding optional) or as a `data:…;base64,` URI. Send it as a variable.'
const dimensionDescription =
  '512 or 1024, default 512. A model that gives neither: its own size. See `models`.'
const modelDescription =
  'Id of a model that is loaded, see `models`. Default: the configured one. Vectors of different models must not be compared.'

/** What a resolver needs of the gateway. */
export interface EmbeddingSource {
  readonly host: Pick<GatewayHost, 'embed' | 'models'>
  readonly maxImageBytes: number
}

/** What the resolvers of the gateway know of a call. */
export interface GraphqlCall extends CallContext {
  /** What stands for long strings in the variables. */
  readonly texts: CarvedTexts
}

@Resolver()
export class EmbeddingResolver {
  readonly #source: EmbeddingSource

  constructor(source: EmbeddingSource) {
    this.#source = source
  }

  @Query(() => Embedding, { description: 'One image to its embedding.' })
  async embedImage(
    @Arg('img', () => String, { description: imgDescription }) img: string,
    @Arg('dimension', () => Int, { nullable: true, description: dimensionDescription })
    dimension: number | null | undefined,
    @Arg('model', () => String, { nullable: true, description: modelDescription })
    model: string | null | undefined,
    @Ctx() call: GraphqlCall,
  ): Promise<Embedding> {
    const image = await decodeImage(img, call, this.#source.maxImageBytes)
    const asked = { dimension: dimension ?? undefined, model: model ?? undefined }
    const result = await this.#source.host.embed({ image, ...asked }, call)
    // An image that failed may still be on its way to a decoder.
    freeMemory(image)
    const { total_input_tokens, total_output_tokens, ...rest } = toEmbeddingResponse(result)
    return {
      ...rest,
      revision: result.revision,
      totalInputTokens: total_input_tokens,
      totalOutputTokens: total_output_tokens,
      dimension: result.vector.length,
      timings: result.timings,
    }
  }

  @Query(() => [EmbedImageResult], {
    description: 'Several images, each with a result of its own, in the order of `imgs`.',
  })
  embedImages(
    @Arg('imgs', () => [String], { description: 'Image files, each as in `embedImage`.' }) imgs: string[],
    @Arg('dimension', () => Int, { nullable: true, description: dimensionDescription })
    dimension: number | null | undefined,
    @Arg('model', () => String, { nullable: true, description: modelDescription })
    model: string | null | undefined,
    @Ctx() call: GraphqlCall,
  ): Promise<(Embedding | EmbeddingError)[]> {
    // All at once: the batcher regroups what belongs together.
    return Promise.all(
      imgs.map((img) =>
        this.embedImage(img, dimension, model, call).catch((thrown: unknown) =>
          toEmbeddingError(thrown, call),
        ),
      ),
    )
  }

  @Query(() => [Model], { description: 'The models that are loaded. The first is the default.' })
  models(): Model[] {
    return [...this.#source.host.models]
  }
}

async function decodeImage(
  img: string,
  { texts, signal }: GraphqlCall,
  maxImageBytes: number,
): Promise<Uint8Array> {
  // The texts are freed when the connection closes.
  if (signal.aborted) throw new AbortedError()
  const text = texts.get(img)
  return text ? decodeLongBase64Image(text, maxImageBytes) : decodeBase64Image(img, maxImageBytes)
}

function toEmbeddingError(thrown: unknown, call: CallContext): EmbeddingError {
  const { status, code, message, retryable } = publicError(thrown)
  if (code === 'INTERNAL') call.log.error({ err: thrown }, 'Request failed')
  return { status, code, message, retryable }
}
