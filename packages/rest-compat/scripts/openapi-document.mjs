import { createEmbedder } from '@pixvec/core'
import { fakeBackend } from '@pixvec/core/testing'
import { bearerAuth, createGateway, health, metrics, openApi } from '@pixvec/gateway'
import packageJson from '../package.json' with { type: 'json' }

export async function openApiDocument(restCompat) {
  const embedder = await createEmbedder({ backend: fakeBackend() })
  const description = openApi({ version: packageJson.version })
  const plugins = [description, bearerAuth({ keys: ['key'] }), health(), metrics(), restCompat()]
  const gateway = await createGateway({ embedder, plugins })
  const { openapi, info, ...rest } = description.document()
  await gateway.close()
  await embedder.close()
  return `${JSON.stringify({ openapi, info, ...sorted(rest) }, null, 2)}\n`
}

/** Keys of parts, paths and schemas in alphabetical order, so that another order of plugins changes nothing. */
function sorted({ paths, components: { schemas, ...components }, ...rest }) {
  const byName = (part) => Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  return {
    ...byName(rest),
    paths: byName(paths),
    components: { ...byName(components), schemas: byName(schemas) },
  }
}
