import 'reflect-metadata'
import type { GraphQLSchema } from 'graphql'
import { buildSchema } from 'type-graphql'
import type { GatewayPlugin } from '../plugin.js'
import { EmbeddingResolver, type EmbeddingSource } from './embedding-resolver.js'

/** The schema of the gateway and of the resolvers that plugins add. */
export function createSchema(
  source: EmbeddingSource,
  plugins: readonly Pick<GatewayPlugin, 'resolvers'>[] = [],
): Promise<GraphQLSchema> {
  const instances = new Map<unknown, object>([[EmbeddingResolver, new EmbeddingResolver(source)]])
  return buildSchema({
    resolvers: [EmbeddingResolver, ...plugins.flatMap((plugin) => plugin.resolvers ?? [])],
    // Only what the resolvers reach, not every type of the process.
    orphanedTypes: [],
    validate: false,
    container: {
      get(resolver) {
        const known = instances.get(resolver) ?? new resolver()
        instances.set(resolver, known)
        return known
      },
    },
  })
}
