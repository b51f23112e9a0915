import type { Embedding } from '../embedding.js'
import type { Call } from '../http/call.js'
import type { LoadedImage } from '../image/image-input.js'

/** What is asked of an image; what is undefined is the server's to choose. */
export interface Wish {
  readonly dimension: number | undefined
  readonly model: string | undefined
}

/** One way to ask for an embedding. Both ways give the same numbers and the same errors. */
export type Transport = (image: LoadedImage, wish: Wish) => Promise<Call<Embedding>>
