/** Limits on what a connection may cost before an image is looked at. */
export interface GatewayLimits {
  /** Largest request body, in bytes. Base64 makes an image a third larger. @default 28_000_000 */
  readonly bodyLimitBytes: number
  /** Bytes of all bodies being received or worked on; above it new ones get OVERLOADED. @default 512_000_000 */
  readonly bodyBudgetBytes: number
  /** Time for a sender to send all headers. @default 10_000 */
  readonly headersTimeoutMs: number
  /** Time for a sender to send the whole request. @default 60_000 */
  readonly requestTimeoutMs: number
  /** How long an idle connection is kept. @default 65_000 */
  readonly keepAliveTimeoutMs: number
  /** Open connections; more are closed at once. @default 1_000 */
  readonly maxConnections: number
  /** How long a drain waits for accepted work. @default 30_000 */
  readonly drainTimeoutMs: number
  /** Images one GraphQL operation may ask for, aliases and lists counted together. @default 32 */
  readonly maxImagesPerOperation: number
}

/** What holds where nothing else is said. */
export const defaultGatewayLimits: GatewayLimits = {
  bodyLimitBytes: 28_000_000,
  bodyBudgetBytes: 512_000_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 65_000,
  maxConnections: 1_000,
  drainTimeoutMs: 30_000,
  maxImagesPerOperation: 32,
}
