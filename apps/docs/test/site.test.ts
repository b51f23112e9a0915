import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { docs } from './harness/repository.js'

const site = join(docs, '.vitepress/dist')
const files = readdirSync(site, { recursive: true, encoding: 'utf8' })

/** Ways to make a browser load something: attributes of elements, `url(…)` and `@import` of styles. */
const loads = [
  /<(?:link|script|img|iframe|source|video|audio|object|embed)\b[^>]*?\b(?:src|href|srcset|data)=["']?((?:https?:)?\/\/[^"'\s>]+)/g,
  /url\(\s*["']?((?:https?:)?\/\/[^"')\s]+)/g,
  /@import\s+["']((?:https?:)?\/\/[^"']+)/g,
]

test('the built site makes a browser load nothing from another host', () => {
  const found = files
    .filter((name) => /\.(html|css)$/.test(name))
    .flatMap((name) => loads.flatMap((pattern) => matches(name, pattern)))
  expect(found).toEqual([])
})

test('the built site has a page for every Markdown page', () => {
  const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^(index|(guide|recipes|reference)\/[\w-]+)\.md$/.test(path),
  )
  expect(pages.length).toBeGreaterThan(10)
  for (const page of pages) expect(files).toContain(page.replace(/\.md$/, '.html'))
})

function matches(name: string, pattern: RegExp): string[] {
  const text = readFileSync(join(site, name), 'utf8')
  return [...text.matchAll(pattern)].map((match) => `${name}: ${match[1]}`)
}
