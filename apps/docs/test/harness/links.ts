import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A link of a page, and where it stands. */
export interface Link {
  /** Path of the page below its root. */
  readonly page: string
  readonly href: string
}

/** What a browser would follow or load, in the HTML of a page. */
export function linksInHtml(page: string, html: string): Link[] {
  return [...html.matchAll(/<(?:a|link|img|script|source)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(
    (match) => ({
      page,
      href: match[1]!.replaceAll('&amp;', '&'),
    }),
  )
}

/** Links of Markdown, code left out. */
export function linksInMarkdown(page: string, markdown: string): Link[] {
  const prose = markdown.replaceAll(/^\s*(`{3,})[\s\S]*?^\s*\1/gm, '').replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => ({ page, href: match[1]! }))
}

/** Whether a link leads out of the site: those are not followed by tests. */
export function isOutside({ href }: Link): boolean {
  return /^(https?:|mailto:|data:)/.test(href)
}

/**
 * Why a link leads nowhere.
 * @param root  folder of all pages
 * @param anchors  names in a file that a `#…` may lead to
 * @param endings  tried behind the path, where a server would
 * @returns undefined when it leads somewhere
 */
export function brokenBecause(
  { page, href }: Link,
  root: string,
  anchors: (path: string) => ReadonlySet<string>,
  endings: readonly string[],
): string | undefined {
  const [path = '', anchor] = decodeURI(href.split('?')[0]!).split('#')
  const below = path.startsWith('/') ? path : join('/', dirname(page), path)
  const wanted = path === '' ? join(root, page) : join(root, below)
  const file = endings.map((ending) => `${wanted}${ending}`).find((one) => existsSync(one))
  if (file === undefined) return `${page}: ${href}: there is no such file`
  if (anchor && !anchors(file).has(anchor)) return `${page}: ${href}: the page has no such heading`
  return undefined
}

const known = new Map<string, ReadonlySet<string>>()

/** The `id`s of an HTML file. */
export function anchorsOfHtml(path: string): ReadonlySet<string> {
  return remember(path, (html) => [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]!))
}

/** The names that GitHub gives to the headings of a Markdown file. */
export function anchorsOfMarkdown(path: string): ReadonlySet<string> {
  return remember(path, (markdown) =>
    [...markdown.matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
      match[1]!
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )
}

function remember(path: string, read: (text: string) => string[]): ReadonlySet<string> {
  const names = known.get(path) ?? new Set(path.endsWith('/') ? [] : read(readFileSync(path, 'utf8')))
  known.set(path, names)
  return names
}
