import type { Embedding } from '../embedding.js'
import type { Call } from '../http/call.js'
import type { LoadedImage } from '../image/image-input.js'

/** One way to ask for an embedding. Both ways give the same numbers and the same errors. */
export type Transport = (image: LoadedImage, dimension: number | undefined) => Promise<Call<Embedding>>
