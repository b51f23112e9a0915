import type { restCompat } from '../src/index.js'

/**
 * The text of openapi.json: the document of a gateway with the usual plugins, which does not listen.
 * @param plugin  built, or the source under test
 */
export function openApiDocument(plugin: typeof restCompat): Promise<string>
