import { type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import { ApolloServerErrorCode } from '@apollo/server/errors'
import { type CallContext, PixvecError, publicError } from '@pixvec/core'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { ErrorBody } from '../edge/send.js'
import { retryAfterSeconds } from '../edge/send.js'

/** A failure at the edge of /graphql, in the shape that GraphQL clients read. */
export const graphqlErrorBody: ErrorBody = (error, request) => ({
  errors: [{ message: error.message, extensions: { ...extensionsOf(error), requestId: request.id } }],
})

/** Refuses a whole operation before it runs: the HTTP status says so as well. */
export function refusal(error: PixvecError): GraphQLError {
  const headers = new HeaderMap([['x-pixvec-error-code', error.code]])
  if (error.retryAfterMs !== undefined) headers.set('retry-after', retryAfterSeconds(error.retryAfterMs))
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status: error.status, headers } },
  })
}

/** No message echoes more of what a caller sent. */
const longestMessage = 500

/**
 * The one place where failures become what a GraphQL caller sees: ours with code and status, those of
 * Apollo (parse, validation, variables) as they are with status 400, all others masked.
 */
export function formatError(formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  const { locations, path } = formatted
  const place = { ...(locations && { locations }), ...(path && { path }) }
  if (isOfApollo(formatted)) {
    const { http } = Object(Object(thrown).extensions) as { http?: { status?: number } }
    return {
      message: formatted.message.slice(0, longestMessage),
      ...place,
      extensions: { ...formatted.extensions, status: http?.status ?? 400, retryable: false },
    }
  }
  const error = publicError(originalOf(thrown))
  return { message: error.message, ...place, extensions: extensionsOf(error) }
}

/** Logs faults of ours once, and puts the request id on every error. */
export const reportErrors: ApolloServerPlugin<CallContext> = {
  async requestDidStart({ contextValue }) {
    return {
      async didEncounterErrors({ errors }) {
        for (const error of errors) {
          if (isExpected(error)) continue
          contextValue.log.error({ err: originalOf(error) ?? error }, 'Request failed')
        }
      },
      async willSendResponse({ response }) {
        if (response.body.kind !== 'single') return
        const { singleResult } = response.body
        if (!singleResult.errors) return
        singleResult.errors = singleResult.errors.map((error) => ({
          ...error,
          extensions: { ...error.extensions, requestId: contextValue.requestId },
        }))
      },
    }
  },
}

function extensionsOf(error: PixvecError): Record<string, unknown> {
  const { code, status, retryable, retryAfterMs } = error
  return { code, status, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

function isExpected(error: GraphQLError): boolean {
  const original = originalOf(error)
  if (PixvecError.isInstance(original)) return original.code !== 'INTERNAL'
  return isOfApollo(error)
}

/** True for errors that carry a code of their own: Apollo's, or a plugin's GraphQLError. */
function isOfApollo({ extensions }: Pick<GraphQLFormattedError, 'extensions'>): boolean {
  const code = extensions?.code
  return typeof code === 'string' && code !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR
}

function originalOf(thrown: unknown): unknown {
  return thrown instanceof GraphQLError ? thrown.originalError : thrown
}
