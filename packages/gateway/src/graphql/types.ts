import 'reflect-metadata'
import { type EmbedTimings, type ErrorCode, errorCodes, errorTable, type ModelInfo } from '@pixvec/core'
import { GraphQLSafeInt } from 'graphql-scalars'
import { createUnionType, Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql'

// Every type is given as a function: nothing is read from emitted metadata.

const ErrorCodes = Object.fromEntries(errorCodes.map((code) => [code, code])) as Record<ErrorCode, ErrorCode>

registerEnumType(ErrorCodes, {
  name: 'ErrorCode',
  description:
    'What went wrong, for programs. The same codes stand in `extensions.code` and in the REST header `x-pixvec-error-code`.',
  valuesConfig: Object.fromEntries(errorCodes.map((code) => [code, { description: errorTable[code].when }])),
})

@ObjectType({ description: 'How long the server took for one image, in milliseconds of wall time.' })
export class Timings implements EmbedTimings {
  @Field(() => Float, { description: 'Waiting for a free decoder, then for the session.' })
  queueMs!: number

  @Field(() => Float, { description: 'From the bytes of the file to pixels.' })
  decodeMs!: number

  @Field(() => Float, { description: 'From the pixels to the size that the model sees.' })
  resizeMs!: number

  @Field(() => Float, { description: 'The run of the model, with all images of its batch.' })
  inferenceMs!: number

  @Field(() => Int, { description: 'How many images shared that run, at least 1.' })
  batchSize!: number

  @Field(() => Float, { description: 'From admission to vector.' })
  totalMs!: number
}

@ObjectType({ description: 'An image embedding: numbers that are near for images that look alike.' })
export class Embedding {
  @Field(() => Int, { description: 'Always 200: it went well. For symmetry with EmbeddingError.' })
  status!: number

  @Field(() => ID, { description: 'Random id of this answer: 10 upper-case hexadecimal characters.' })
  id!: string

  @Field(() => [Float], {
    description: 'The vector: `dimension` numbers, L2 norm 1, each the shortest decimal of its float32.',
  })
  embedding!: number[]

  @Field(() => String, { description: 'Always `embedding`.' })
  object!: string

  @Field(() => GraphQLSafeInt, { description: 'When it was made, in Unix seconds.' })
  created!: number

  @Field(() => String, {
    description: 'Id of the model. Vectors of different models must not be compared.',
  })
  model!: string

  @Field(() => String, {
    description:
      'Hash of the files of the model and of its recipe: the same revision gives the same vectors.',
  })
  revision!: string

  @Field(() => Int, { description: 'Spatial positions that the encoder took in.' })
  totalInputTokens!: number

  @Field(() => Int, { description: 'Pooled vectors returned: 1.' })
  totalOutputTokens!: number

  @Field(() => Int, { description: 'How many numbers `embedding` has.' })
  dimension!: number

  @Field(() => Timings, { description: 'Where the time went.' })
  timings!: Timings
}

@ObjectType({ description: 'Why one image of a list has no embedding. The others are not affected.' })
export class EmbeddingError {
  @Field(() => Int, { description: 'The HTTP status that this failure has over REST.' })
  status!: number

  @Field(() => ErrorCodes, { description: 'What went wrong, for programs.' })
  code!: ErrorCode

  @Field(() => String, { description: 'What was expected, what came, and what to do.' })
  message!: string

  @Field(() => Boolean, { description: 'Whether the same call may succeed later.' })
  retryable!: boolean
}

export const EmbedImageResult = createUnionType({
  name: 'EmbedImageResult',
  description: 'What became of one image of a list.',
  types: () => [Embedding, EmbeddingError] as const,
  resolveType: (value) => ('embedding' in value ? Embedding : EmbeddingError),
})

@ObjectType({ description: 'A model that is loaded.' })
export class Model implements ModelInfo {
  @Field(() => ID, { description: 'Name of the model, as it stands in every embedding.' })
  id!: string

  @Field(() => String, {
    description:
      'Hash of the files of the model and of its recipe: the same revision gives the same vectors.',
  })
  revision!: string

  @Field(() => [Int], { description: 'Sizes that `dimension` may ask for, ascending.' })
  dimensions!: readonly number[]

  @Field(() => Int, { description: 'The size given when none is asked for.' })
  defaultDimension!: number

  @Field(() => [Int], {
    description: 'Sizes that it gives to calls without `model`. None: it answers to its id alone.',
  })
  defaultFor!: readonly number[]

  @Field(() => Int, { description: '`totalInputTokens` of one image.' })
  inputTokens!: number

  @Field(() => String, { description: 'SPDX identifier of the licence, or a few words where none fits.' })
  licence!: string

  @Field(() => Int, { description: 'Width and height of the square that it sees, in pixels.' })
  inputSize!: number
}
