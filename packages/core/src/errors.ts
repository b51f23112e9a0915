import { modelsGiving } from './models/models-giving.js'

/**
 * Every failure that Pixvec names: code → HTTP status → whether the same call may succeed later.
 * The GraphQL code is the code itself. The docs' error page is generated from this table.
 */
export const errorTable = {
  MALFORMED_REQUEST: {
    status: 400,
    retryable: false,
    when: 'The body is not what its Content-Type says: broken JSON, a multipart body without a boundary, a field of the wrong type.',
  },
  MISSING_IMAGE: { status: 400, retryable: false, when: 'No `img` was given, or it was empty.' },
  INVALID_BASE64: {
    status: 400,
    retryable: false,
    when: '`img` is not base64. Standard and URL-safe alphabets, missing padding, line breaks and a `data:` prefix are accepted.',
  },
  URL_INPUT_DISABLED: {
    status: 400,
    retryable: false,
    when: '`img` (or `url`) is an address. This server fetches nothing; send the bytes.',
  },
  INVALID_DIMENSION: {
    status: 400,
    retryable: false,
    when: '`dimension` is not a size that the model gives.',
  },
  UNKNOWN_MODEL: { status: 400, retryable: false, when: 'No model of that id is loaded.' },
  UNDECODABLE_IMAGE: {
    status: 400,
    retryable: false,
    when: 'The bytes are truncated, damaged, or no image at all.',
  },
  TOO_MANY_IMAGES: {
    status: 400,
    retryable: false,
    when: 'One GraphQL operation asks for more images than the limit, aliases and lists counted together.',
  },
  LITERAL_TOO_LARGE: {
    status: 400,
    retryable: false,
    when: 'A string literal in the GraphQL query text is over 64 KiB. Send the image as a variable.',
  },
  UNAUTHENTICATED: { status: 401, retryable: false, when: 'The key is missing, unknown or blocked.' },
  NOT_FOUND: { status: 404, retryable: false, when: 'Nothing is served at that path.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retryable: false,
    when: 'The path is right and the method is not. `Allow` names those that are.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    retryable: true,
    when: 'The sender took too long to send its headers or its body.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false, when: 'The request body is over the limit of bytes.' },
  IMAGE_TOO_LARGE: {
    status: 413,
    retryable: false,
    when: 'The image is over the limit of bytes or of pixels.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    when: 'The Content-Type of the request is not one that this path takes.',
  },
  UNSUPPORTED_FORMAT: {
    status: 415,
    retryable: false,
    when: 'The bytes are of a format that is not read here, such as SVG, PDF or HEIC.',
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    when: 'The caller is over its rate of images. `Retry-After` says how long to wait.',
  },
  ABORTED: {
    status: 499,
    retryable: false,
    when: 'The caller hung up before the answer. It stands in logs and metrics; nobody receives it.',
  },
  INTERNAL: {
    status: 500,
    retryable: true,
    when: 'The fault is ours. The log has the detail under the request id.',
  },
  OVERLOADED: {
    status: 503,
    retryable: true,
    when: 'The queue is full. `Retry-After` says how long to wait.',
  },
  SHUTTING_DOWN: {
    status: 503,
    retryable: true,
    when: 'The server is draining: it takes no new work. Another instance, or the restarted one, will.',
  },
  NOT_READY: {
    status: 503,
    retryable: true,
    when: 'The server is starting, or its last inferences failed.',
  },
  DEADLINE_EXCEEDED: {
    status: 504,
    retryable: true,
    when: 'The image took longer than the time limit of one image.',
  },
} as const satisfies Record<string, { status: number; retryable: boolean; when: string }>

export type ErrorCode = keyof typeof errorTable

/** All codes, in the order of the table. */
export const errorCodes = Object.keys(errorTable) as ErrorCode[]

export interface PixvecErrorOptions {
  /** Facts for programs: limits, sizes, formats. Never a secret, never image bytes. */
  readonly details?: Readonly<Record<string, unknown>>
  /** What went wrong underneath. Logged, never sent. */
  readonly cause?: unknown
}

const marker = Symbol.for('pixvec.error')

/** The base of every failure that a caller can act on. */
export class PixvecError extends Error {
  readonly [marker] = true
  readonly code: ErrorCode
  /** HTTP status of the code. */
  readonly status: number
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: PixvecErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.status = errorTable[code].status
    this.retryable = errorTable[code].retryable
    this.details = options.details ?? {}
  }

  /** How long to wait before trying again, for the codes that say so. */
  get retryAfterMs(): number | undefined {
    const value = this.details.retryAfterMs
    return typeof value === 'number' ? value : undefined
  }

  /** Like `instanceof`, and true across two copies of this package. */
  static isInstance(value: unknown): value is PixvecError {
    return typeof value === 'object' && value !== null && marker in value
  }
}

export class MalformedRequestError extends PixvecError {
  constructor(message: string, options?: PixvecErrorOptions) {
    super('MALFORMED_REQUEST', message, options)
  }
}

export class MissingImageError extends PixvecError {
  constructor(
    message = 'Expected the image in `img` as base64; nothing came. Send {"img": "<base64 of the file>"}.',
  ) {
    super('MISSING_IMAGE', message)
  }
}

export class InvalidBase64Error extends PixvecError {
  constructor(message: string, details?: Readonly<Record<string, unknown>>) {
    super('INVALID_BASE64', message, details ? { details } : {})
  }
}

export class UrlInputDisabledError extends PixvecError {
  constructor() {
    super(
      'URL_INPUT_DISABLED',
      'The image was given as a URL, and URL input is off: this server fetches nothing. ' +
        'Send the bytes of the file as base64 in `img`. ' +
        'A later version will fetch images from hosts that its operator lists; the switch will be PIXVEC_URL_INPUT.',
    )
  }
}

export class InvalidDimensionError extends PixvecError {
  /**
   * @param received  what the caller sent, as it was read
   * @param allowed  sizes that would have been right
   * @param model  the one that was asked, where it is one
   * @param loaded  ids of the loaded models that give what was asked for; a caller can name them at once
   */
  constructor(received: unknown, allowed: readonly number[], model?: string, loaded: readonly string[] = []) {
    const of = model ? ` of model ${model}` : ''
    // Forms send numbers as text.
    const asked = typeof received === 'string' ? Number(received) : received
    const known = typeof asked === 'number' ? modelsGiving(asked).filter((id) => id !== model) : []
    const models = loaded.length > 0 ? loaded : known
    const whose = loaded.length > 0 ? 'Loaded models' : 'Models'
    const how = loaded.length > 0 ? ' Name one as `model`.' : ''
    const elsewhere = models.length > 0 ? ` ${whose} that give ${asked}: ${models.join(', ')}.${how}` : ''
    const byDefault = allowed.includes(512) ? 512 : allowed[0]
    super(
      'INVALID_DIMENSION',
      `Dimension must be ${listOr(allowed)}${of}; received ${brief(received)}. Leave it out for ${byDefault}.${elsewhere}`,
      {
        details: {
          received: brief(received),
          allowed: [...allowed],
          ...(models.length > 0 && { models: [...models] }),
        },
      },
    )
  }
}

export class UnknownModelError extends PixvecError {
  constructor(received: unknown, loaded: readonly string[]) {
    const message = `Expected \`model\` to be one that is loaded: ${loaded.join(', ')}; received ${brief(received)}. Leave it out for the configured one.`
    super('UNKNOWN_MODEL', message, {
      details: { received: brief(received), loaded: [...loaded] },
    })
  }
}

export class UndecodableImageError extends PixvecError {
  constructor(message: string, options?: PixvecErrorOptions) {
    super('UNDECODABLE_IMAGE', message, options)
  }
}

export class UnsupportedFormatError extends PixvecError {
  constructor(received: string, supported: readonly string[]) {
    super(
      'UNSUPPORTED_FORMAT',
      `The image is ${received}; supported are ${supported.join(', ')}. Convert it first.`,
      {
        details: { received, supported: [...supported] },
      },
    )
  }
}

export class ImageTooLargeError extends PixvecError {
  constructor(message: string, details: Readonly<Record<string, unknown>>) {
    super('IMAGE_TOO_LARGE', message, { details })
  }
}

export class PayloadTooLargeError extends PixvecError {
  constructor(limitBytes: number, receivedBytes: number | undefined, hint: string) {
    const received = receivedBytes === undefined ? 'more came' : `${receivedBytes} bytes came`
    super('PAYLOAD_TOO_LARGE', `The request body may have ${limitBytes} bytes; ${received}. ${hint}`, {
      details: { limitBytes, ...(receivedBytes === undefined ? {} : { receivedBytes }) },
    })
  }
}

export class UnauthenticatedError extends PixvecError {
  constructor(message: string) {
    super('UNAUTHENTICATED', message)
  }
}

export class RateLimitedError extends PixvecError {
  constructor(message: string, retryAfterMs: number) {
    super('RATE_LIMITED', message, { details: { retryAfterMs } })
  }
}

export class OverloadedError extends PixvecError {
  constructor(message: string, retryAfterMs: number) {
    super('OVERLOADED', message, { details: { retryAfterMs } })
  }
}

export class ShuttingDownError extends PixvecError {
  constructor(retryAfterMs = 1000) {
    super('SHUTTING_DOWN', 'The server is shutting down and takes no new work. Try again shortly.', {
      details: { retryAfterMs },
    })
  }
}

export class DeadlineExceededError extends PixvecError {
  constructor(limitMs: number) {
    super('DEADLINE_EXCEEDED', `The image took longer than the limit of ${limitMs} ms.`, {
      details: { limitMs },
    })
  }
}

export class AbortedError extends PixvecError {
  constructor() {
    super('ABORTED', 'The caller hung up before the answer.')
  }
}

export class InternalError extends PixvecError {
  constructor(message: string, cause?: unknown) {
    super('INTERNAL', message, { cause })
  }
}

/** Said to callers in place of a fault of ours. The detail goes to the log. */
export const internalMessage = 'Internal error. The log of the server has the detail under this request id.'

/** Any thrown thing → what a caller may see: a PixvecError that is not ours to hide, or a masked Internal. */
export function publicError(thrown: unknown): PixvecError {
  if (PixvecError.isInstance(thrown) && thrown.code !== 'INTERNAL') return thrown
  return new InternalError(internalMessage, thrown)
}

function listOr(values: readonly number[]): string {
  return values.length < 2 ? String(values[0]) : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}

function brief(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
