/** One embedding call, as the page would make it. */
export interface Call {
  /** Address of the server, without a slash at its end. */
  readonly address: string
  readonly dimension: number
  /** Name of the picture's file. */
  readonly file: string
  readonly transport: 'rest' | 'graphql'
}
