/** Ink and ground of every drawing of the documentation. */
export const palette = { ground: '#0e1b1e', ink: '#f2f7f6', faint: '#9db4b1' }

/**
 * An SVG document: the dark ground, a heading, and a line below that names the model.
 * @param {{ width: number, height: number, margin: number, title: string, heading: string, line: string,
 *   defs: string, body: string }} parts  `title` is what a screen reader reads
 */
export function sheet({ width, height, margin, title, heading, line, defs, body }) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif">
<title>${title}</title>
<defs>
${defs}
</defs>
<rect width="${width}" height="${height}" rx="18" fill="${palette.ground}"/>
<text x="${margin}" y="40" font-size="19" font-weight="600" fill="${palette.ink}">${heading}</text>
<text x="${margin}" y="62" font-size="13" fill="${palette.faint}">${line}</text>
${body}
</svg>
`
}
