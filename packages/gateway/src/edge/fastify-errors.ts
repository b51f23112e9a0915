import { MalformedRequestError, PayloadTooLargeError, PixvecError } from '@pixvec/core'
import type { FastifyError, FastifyRequest } from 'fastify'

type Translate = (error: FastifyError, request: FastifyRequest) => PixvecError

/** Failures that Fastify finds by itself → the codes of the error table. */
const translations: Record<string, Translate> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (_, request) => bodyTooLarge(request),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_, request) => unsupportedMediaType(request),
  FST_ERR_CTP_INVALID_JSON_BODY: () => invalidJson(),
  FST_ERR_CTP_EMPTY_JSON_BODY: () =>
    new MalformedRequestError(
      'Expected a JSON body; an empty one came. Send an object, or leave Content-Type out.',
    ),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: (_, request) => wrongLength(request),
  FST_ERR_BAD_URL: () =>
    new MalformedRequestError('Expected a valid URL path; its percent-encoding is broken. Encode it again.'),
  FST_ERR_MAX_PARAM_LENGTH: () =>
    new MalformedRequestError('A part of the URL path is too long. Shorten it.'),
  FST_ERR_VALIDATION: (error) => invalid(error),
}

/** An error of Fastify → ours; anything else is given back as it came. */
export function fromFastifyError(thrown: unknown, request: FastifyRequest): unknown {
  if (PixvecError.isInstance(thrown) || !(thrown instanceof Error)) return thrown
  const error = thrown as FastifyError
  const translate = translations[error.code]
  if (translate) return translate(error, request)
  if (error.validation) return invalid(error)
  if (isCutShort(error)) {
    return new MalformedRequestError('The connection closed before the whole body came. Send it again.', {
      cause: error,
    })
  }
  return thrown
}

/** The refusal of a body over the limit, with both figures where both are known. */
export function bodyTooLarge(request: FastifyRequest): PayloadTooLargeError {
  const announced = Number(request.headers['content-length'])
  const limit = request.routeOptions.bodyLimit
  return new PayloadTooLargeError(
    limit,
    Number.isFinite(announced) ? announced : undefined,
    'Send a smaller image: downscale it, or compress it more.',
  )
}

/** The refusal of a body that is no JSON. The parser's own message quotes the body: it is not kept. */
export function invalidJson(): MalformedRequestError {
  return new MalformedRequestError(
    'Expected the body to be JSON, as its Content-Type says; it does not parse. Check quotes, commas and the end of the body.',
  )
}

/** The refusal of a body that is not as long as it was announced. */
export function wrongLength(request: FastifyRequest): MalformedRequestError {
  return new MalformedRequestError(
    `Content-Length says ${request.headers['content-length']} bytes; the body has another length. Leave the header to your HTTP library.`,
  )
}

function unsupportedMediaType(request: FastifyRequest): PixvecError {
  const received = request.headers['content-type']
  return new PixvecError(
    'UNSUPPORTED_MEDIA_TYPE',
    received === undefined
      ? 'The body came without a Content-Type. Send it as application/json.'
      : `Content-Type ${JSON.stringify(received.slice(0, 80))} is not taken here. Send the body as application/json.`,
  )
}

function invalid(error: FastifyError): PixvecError {
  const where = error.validationContext ?? 'request'
  const issues = (error.validation ?? []).map((issue) => {
    const path = issue.instancePath.replace(/^\//, '').replaceAll('/', '.')
    return `${path || where}: ${issue.message ?? issue.keyword}`
  })
  return new MalformedRequestError(`The ${where} is not as expected. ${issues.join('; ').slice(0, 500)}`)
}

function isCutShort(error: FastifyError): boolean {
  return error.code === 'ECONNRESET' || error.code === 'ERR_STREAM_PREMATURE_CLOSE'
}
