import type { Embedding } from '../embedding.js'
import type { Call } from '../http/call.js'
import type { ImageInput } from '../image/image-input.js'

/** One way to ask for an embedding. Both ways give the same numbers and the same errors. */
export type Transport = (image: ImageInput, dimension: number | undefined) => Promise<Call<Embedding>>
