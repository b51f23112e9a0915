/** Fields that differ at every call: only their kind is compared. */
export const variable = new Set(['id', 'created', 'requestId', 'ms'])
/** Numbers of a vector differ in the last digits from one processor to another. */
const tolerance = 0.002

/**
 * Reads an answer as the documentation shows it: JSON in which `…` at the end of a list stands for more
 * of the same.
 */
export function readShownJson(text: string): unknown {
  return JSON.parse(text.replaceAll(/,\s*…\s*(?=\])/g, ', "…"'))
}

/**
 * How a shown answer differs from the real one. Keys and their order, kinds and values are compared; a list
 * that ends in `…` may be longer in truth; numbers with a fraction may be off by 0.002.
 * @returns one line for each difference; empty when the documentation is true
 */
export function differences(shown: unknown, real: unknown, path = '$'): string[] {
  if (Array.isArray(shown)) return listDifferences(shown, real, path)
  if (isRecord(shown)) return recordDifferences(shown, real, path)
  if (typeof shown !== typeof real) return [`${path}: shown as ${typeof shown}, is ${typeof real}`]
  if (variable.has(path.split('.').at(-1)!)) return []
  if (typeof shown === 'number' && typeof real === 'number') {
    const isNear = Number.isInteger(shown) ? shown === real : Math.abs(shown - real) <= tolerance
    return isNear ? [] : [`${path}: shown as ${shown}, is ${real}`]
  }
  return shown === real ? [] : [`${path}: shown as ${JSON.stringify(shown)}, is ${JSON.stringify(real)}`]
}

/** How far whole numbers of an answer marked `near`, and of figures, may be off. */
export const nearness = 3

/**
 * The same for lines of text: words must be equal, numbers with a fraction near.
 * @param within  how far whole numbers may be off
 */
export function textDifferences(shown: string, real: string, within = 0): string[] {
  const words = (text: string) =>
    text
      .trim()
      .split(/\s+/)
      .map((word) => (/^-?\d+\.\d+$/.test(word) ? Number(word) : word))
  const [one, other] = [words(shown), words(real)]
  const isNear = (i: number) =>
    isWhole(one[i]) && isWhole(other[i]) && Math.abs(+one[i]! - +other[i]!) <= within
  return differences(
    one.map((word, i) => (isNear(i) ? other[i] : word)),
    other,
    'words',
  )
}

function isWhole(word: unknown): boolean {
  return /^\d+$/.test(String(word))
}

function listDifferences(shown: readonly unknown[], real: unknown, path: string): string[] {
  if (!Array.isArray(real)) return [`${path}: shown as a list, is ${typeof real}`]
  const isOpen = shown.at(-1) === '…'
  const items = isOpen ? shown.slice(0, -1) : shown
  const lengthFits = isOpen ? real.length > items.length : real.length === items.length
  if (!lengthFits)
    return [`${path}: shown with ${items.length} items${isOpen ? ' and more' : ''}, has ${real.length}`]
  return items.flatMap((item, i) => differences(item, real[i], `${path}[${i}]`))
}

function recordDifferences(shown: Record<string, unknown>, real: unknown, path: string): string[] {
  if (!isRecord(real)) return [`${path}: shown as an object, is ${JSON.stringify(real)}`]
  const [shownKeys, realKeys] = [Object.keys(shown).join(', '), Object.keys(real).join(', ')]
  if (shownKeys !== realKeys) return [`${path}: shown with ${shownKeys}; has ${realKeys}`]
  return Object.keys(shown).flatMap((key) => differences(shown[key], real[key], `${path}.${key}`))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
