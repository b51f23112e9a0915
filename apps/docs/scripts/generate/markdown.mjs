/**
 * @param {readonly string[]} header
 * @param {readonly (readonly string[])[]} rows
 */
export function table(header, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.map(cell).join(' | ')} |`
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

/**
 * One line, and nothing that the table or Vue would take for its own.
 * @param {string} text
 */
function cell(text) {
  return escapeText(text)
    .trim()
    .replaceAll('|', '\\|')
    .replace(/\s*\n\s*\n\s*/g, '<br>')
    .replace(/\s*\n\s*/g, ' ')
}

/**
 * Text of a schema → Markdown in which `<` and `{{` stand for themselves. Code spans are left alone:
 * the site's own renderer escapes those.
 * @param {string} text
 */
export function escapeText(text) {
  return text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;')))
    .join('')
}

/** @param {string} text */
export function code(text) {
  return `\`${text}\``
}

/**
 * @param {string} language
 * @param {string} body
 */
export function fence(language, body) {
  return `\`\`\`${language}\n${body.trim()}\n\`\`\``
}
