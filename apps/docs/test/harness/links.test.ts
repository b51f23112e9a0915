import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { anchorsOfHtml, anchorsOfMarkdown, brokenBecause, linksInHtml, linksInMarkdown } from './links.js'

const root = mkdtempSync(join(tmpdir(), 'pixvec-links-'))
mkdirSync(join(root, 'guide'))
writeFileSync(join(root, 'guide/there.html'), '<h2 id="a-heading">A heading</h2>')
writeFileSync(join(root, 'there.md'), '# Some `code`, and [a link](x.md)!\n')

const broken = (href: string) =>
  brokenBecause({ page: 'guide/here.html', href }, root, anchorsOfHtml, ['', '.html'])

test('follows links from the root and from the page, with and without the ending', () => {
  for (const href of ['/guide/there', '/guide/there.html', './there.html', 'there#a-heading']) {
    expect(broken(href), href).toBeUndefined()
  }
})

test('says which link leads to no file, and which to no heading', () => {
  expect(broken('/guide/gone')).toBe('guide/here.html: /guide/gone: there is no such file')
  expect(broken('/guide/there#gone')).toContain('no such heading')
})

test('names headings of Markdown as GitHub does', () => {
  expect(anchorsOfMarkdown(join(root, 'there.md'))).toEqual(new Set(['some-code-and-a-link']))
})

test('finds links in attributes and in prose, and none in code', () => {
  expect(linksInHtml('x', '<a class="y" href="/a?b=1&amp;c">').map(({ href }) => href)).toEqual(['/a?b=1&c'])
  const markdown = 'see [one](a.md#b), `[two](c.md)`\n```md\n[three](d.md)\n```\n![four](e.svg)'
  expect(linksInMarkdown('x', markdown).map(({ href }) => href)).toEqual(['a.md#b', 'e.svg'])
})
