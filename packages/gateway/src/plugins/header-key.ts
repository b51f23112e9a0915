import type { FastifyRequest } from 'fastify'

/**
 * The API key in the headers of a request, unchecked: `Authorization: Bearer <key>`, else `X-API-Key`,
 * else `WWW-Authenticate` with the raw key, as legacy clients send it. Other schemes of `Authorization`
 * belong to whoever stands in front of this server.
 */
export function headerKey(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  const { authorization, 'x-api-key': apiKey, 'www-authenticate': rawKey } = request.headers
  return /^bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? given(apiKey) ?? given(rawKey)
}

function given(header: string | string[] | undefined): string | undefined {
  const first = Array.isArray(header) ? header[0] : header
  return first?.trim() || undefined
}
