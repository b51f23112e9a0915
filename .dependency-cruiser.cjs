// Who may import whom. `pnpm lint` fails on an arrow that is not here; ARCHITECTURE.md draws them.
const core = '^packages/core/'
const gateway = '^packages/gateway/'
const restCompat = '^packages/rest-compat/'
const client = '^packages/client/'
const server = '^apps/server/'
const playground = '^apps/playground/'

/** Product code of a package: tests, scripts and benchmarks may reach further. */
const product = (folder) => ({ path: `${folder}(src|bin)/`, pathNot: '(\\.test\\.ts$|/testing/)' })

const never = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: product(from),
  to: { path: to },
})

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'Data flows one way.',
      from: { pathNot: 'node_modules' },
      to: { circular: true, viaOnly: { pathNot: 'node_modules' } },
    },
    never(
      'core-imports-none-of-ours',
      core,
      '^(packages/(?!core/)|apps/)',
      'core knows no HTTP, GraphQL or environment.',
    ),
    {
      name: 'core-imports-three-libraries',
      severity: 'error',
      comment: 'core → sharp, onnxruntime-node, zod.',
      from: product(core),
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg'],
        pathNot: 'node_modules/(sharp|onnxruntime-node|onnxruntime-common|zod)/',
      },
    },
    {
      name: 'types-import-nothing',
      severity: 'error',
      comment: 'The words that all layers share depend on none of them.',
      from: { path: `${core}src/types\\.ts$` },
      to: { path: '.+' },
    },
    {
      name: 'native-imports-stand-in-one-file',
      severity: 'error',
      comment: 'sharp only in image/sharp.ts, onnxruntime-node only in the session of an inference process.',
      from: { path: `${core}src/`, pathNot: '(image/sharp|inference/onnx-session)\\.ts$' },
      to: { path: 'node_modules/(sharp|onnxruntime-node)/' },
    },
    {
      name: 'layers-of-core',
      severity: 'error',
      comment: 'image, vector, batching and inference are used by the embedder and do not know it.',
      from: { path: `${core}src/(image|vector|batching|inference|models)/`, pathNot: '\\.test\\.ts$' },
      to: { path: `${core}src/(embedder|index|response)\\.ts$` },
    },
    never(
      'gateway-imports-core',
      gateway,
      '^(packages/(?!gateway/|core/)|apps/)',
      'gateway knows no legacy shape and no client.',
    ),
    never(
      'rest-compat-imports-gateway-and-core',
      restCompat,
      '^(packages/(?!rest-compat/|gateway/|core/)|apps/)',
      'rest-compat → gateway, core.',
    ),
    never(
      'client-imports-none-of-ours',
      client,
      '^(packages/(?!client/)|apps/)',
      'client → nothing of ours.',
    ),
    {
      name: 'client-imports-no-node',
      severity: 'error',
      comment: 'The client runs in browsers.',
      from: product(client),
      to: { dependencyTypes: ['core'] },
    },
    never(
      'server-imports-no-client',
      server,
      '^(packages/client/|apps/(?!server/|playground/folder\\.))',
      'server → rest-compat, gateway, core; of the playground it knows the folder alone.',
    ),
    never(
      'playground-imports-the-client',
      playground,
      '^(packages/(?!client/)|apps/(?!playground/))',
      'playground → client: it speaks to the server as any page does.',
    ),
    {
      name: 'playground-imports-no-node',
      severity: 'error',
      comment: 'The playground runs in browsers.',
      from: product(playground),
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: '(node_modules|/dist/)' },
    exclude: { path: '(/\\.vitepress/|/test-results/|/generated/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
}
