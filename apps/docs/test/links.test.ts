import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  anchorsOfHtml,
  anchorsOfMarkdown,
  brokenBecause,
  isOutside,
  linksInHtml,
  linksInMarkdown,
} from './harness/links.js'
import { docs, documentedFiles, readText, root } from './harness/repository.js'

const site = join(docs, '.vitepress/dist')
const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.html'),
)
const inSite = pages.flatMap((page) => linksInHtml(page, readFileSync(join(site, page), 'utf8')))

/** Markdown that is read where it lies, and not as a page of the site. */
const files = ['.', 'decisions', 'training', 'packages/core/models/built-in']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.md'))
  .concat(documentedFiles().filter((path) => !path.startsWith('apps/docs/')))
const inFiles = files.flatMap((file) => linksInMarkdown(file, readText(file)))

test('every link of the built site leads to a page and a heading that are there', () => {
  const inside = inSite.filter((link) => !isOutside(link))
  expect(inside.length).toBeGreaterThan(500)
  const endings = ['', '.html', '/index.html', 'index.html']
  const broken = inside.map((link) => brokenBecause(link, site, anchorsOfHtml, endings))
  expect(broken.filter((one) => one !== undefined)).toEqual([])
})

test('every link of the READMEs, records and cards leads to a file and a heading that are there', () => {
  const inside = inFiles.filter((link) => !isOutside(link))
  expect(inside.length).toBeGreaterThan(20)
  const broken = inside.map((link) => brokenBecause(link, root, anchorsOfMarkdown, ['']))
  expect(broken.filter((one) => one !== undefined)).toEqual([])
})

test('every link to another host is written out in full and over TLS', () => {
  const outside = [...inSite, ...inFiles].filter(isOutside).map(({ href }) => href)
  const isFine = (href: string) =>
    /^(mailto:|data:)/.test(href) ||
    /^http:\/\/127\.0\.0\.1/.test(href) ||
    (URL.canParse(href) && new URL(href).protocol === 'https:')
  expect(outside.filter((href) => !isFine(href))).toEqual([])
})
