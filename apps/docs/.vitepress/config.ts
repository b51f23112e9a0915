import { defineConfig } from 'vitepress'

export default defineConfig({
  title: 'Pixvec',
  description: 'Self-hosted image embeddings: an image in, 512 or 1024 numbers out.',
  lang: 'en-GB',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/mark.svg' }]],
  // Parts that pages include. They are no pages of their own.
  srcExclude: ['generated/**', 'README.md'],
  // A dead link fails the build.
  ignoreDeadLinks: [/^https?:\/\/(127\.0\.0\.1|localhost)/],
  lastUpdated: false,
  markdown: { theme: { light: 'github-light', dark: 'github-dark' } },
  themeConfig: {
    logo: '/mark.svg',
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Guide', link: '/guide/quick-start', activeMatch: '^/guide/' },
      { text: 'Recipes', link: '/recipes/', activeMatch: '^/recipes/' },
      { text: 'Reference', link: '/reference/rest', activeMatch: '^/reference/' },
    ],
    sidebar: [
      {
        text: 'Use it',
        items: [
          { text: 'Quick start', link: '/guide/quick-start' },
          { text: 'Playground', link: '/playground' },
          { text: 'TypeScript client', link: '/guide/client' },
          { text: 'Coming from PixLab', link: '/guide/from-pixlab' },
          { text: 'The built-in model', link: '/guide/model' },
          { text: 'Nearest neighbours', link: '/guide/neighbours' },
          { text: 'Choosing a model', link: '/guide/choosing-a-model' },
          { text: 'Comparison', link: '/guide/comparison' },
        ],
      },
      {
        text: 'Recipes',
        items: [
          { text: 'All of them', link: '/recipes/' },
          { text: 'Search in one file', link: '/recipes/similarity-search' },
          { text: 'Search with PostgreSQL', link: '/recipes/pgvector' },
          { text: 'Classification', link: '/recipes/classification' },
          { text: 'Retrieval, reverse lookup', link: '/recipes/retrieval' },
          { text: 'Near-duplicates of a folder', link: '/recipes/near-duplicates' },
          { text: 'Groups of a photo library', link: '/recipes/clustering' },
        ],
      },
      {
        text: 'Run it',
        items: [
          { text: 'Operations', link: '/guide/operations' },
          { text: 'Configuration', link: '/reference/configuration' },
          { text: 'Writing a plugin', link: '/guide/plugins' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'REST', link: '/reference/rest' },
          { text: 'GraphQL', link: '/reference/graphql' },
          { text: 'Command line', link: '/reference/cli' },
          { text: 'Errors', link: '/reference/errors' },
          { text: 'Benchmark', link: '/reference/benchmark' },
        ],
      },
    ],
    docFooter: { prev: 'Before', next: 'Next' },
    footer: { message: 'MIT licence' },
  },
})
