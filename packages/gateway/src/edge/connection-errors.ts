import type { Socket } from 'node:net'
import { type ErrorCode, type ErrorResponse, errorTable } from '@pixvec/core'
import { requestIdOf } from '../request-id.js'

/** How long the sender may still read after the answer. */
const lingerMs = 1_000

type ParserError = Error & { code?: string }
/** Node keeps the response in progress here; its own error listener looks at it as well. */
type HttpSocket = Socket & { _httpMessage?: { headersSent: boolean } | null }

/**
 * Answers what Node's HTTP parser refuses, before there is a request: senders that dawdle, broken HTTP,
 * headers over the limit. In JSON like every other failure, then the connection is closed.
 */
export function answerConnectionError(error: ParserError, socket: HttpSocket): void {
  if (
    socket.destroyed ||
    !socket.writable ||
    error.code === 'ECONNRESET' ||
    socket._httpMessage?.headersSent
  ) {
    // Nobody reads it, or another answer is on its way and must not be written into.
    socket.destroy()
    return
  }
  socket.end(rawResponse(...reasonOf(error)))
  // What still comes is not read, or the parser would fail again and again.
  socket.removeAllListeners('data')
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}

function reasonOf(error: ParserError): [ErrorCode, string] {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [
        'REQUEST_TIMEOUT',
        'The request took too long to come: headers or body were not complete in time. Send it again, faster or smaller.',
      ]
    case 'HPE_HEADER_OVERFLOW':
      return ['MALFORMED_REQUEST', 'The headers are over the limit of 16 KiB. Send fewer or shorter ones.']
    default:
      return [
        'MALFORMED_REQUEST',
        'What came is not valid HTTP/1.1. Check the request line, the headers and the body length.',
      ]
  }
}

function rawResponse(code: ErrorCode, message: string): string {
  const { status } = errorTable[code]
  const body = JSON.stringify({ status, error: message } satisfies ErrorResponse)
  return [
    `HTTP/1.1 ${status} ${status === 408 ? 'Request Timeout' : 'Bad Request'}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    `x-request-id: ${requestIdOf({ headers: {} })}`,
    `x-pixvec-error-code: ${code}`,
    '',
    body,
  ].join('\r\n')
}
