import { variable } from './answer.js'

/**
 * The text of a JSON answer with the values of a real one: what an answer looks like, the `…` in its lists and the
 * fields that differ at every call stay as they are written.
 * @throws Error when the real answer has another shape: then somebody has to look
 */
export function rewriteJson(shown: string, real: unknown): string {
  let at = 0
  let out = ''
  const copy = (pattern: RegExp) => {
    const found = new RegExp(`^(?:${pattern.source})`).exec(shown.slice(at))?.[0]
    if (found === undefined) throw new Error(`Cannot read this answer at "${shown.slice(at, at + 30)}".`)
    at += found.length
    return found
  }
  const keep = (pattern: RegExp) => {
    out += copy(pattern)
  }

  function value(now: unknown, key: string): void {
    keep(/\s*/)
    if (shown[at] === '{') record(now)
    else if (shown[at] === '[') list(now, key)
    else {
      const before = copy(/"(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|true|false|null/)
      out += variable.has(key) ? before : written(now, before)
    }
    keep(/\s*/)
  }

  function record(now: unknown): void {
    keep(/\{\s*/)
    while (shown[at] !== '}') {
      const key = copy(/"(?:[^"\\]|\\.)*"/)
      out += key
      keep(/\s*:/)
      value(member(now, JSON.parse(key)), JSON.parse(key))
      keep(/,?\s*/)
    }
    keep(/\}/)
  }

  function list(now: unknown, key: string): void {
    keep(/\[\s*/)
    for (let i = 0; shown[at] !== ']'; i++) {
      if (shown[at] === '…') keep(/…\s*/)
      else value(member(now, i), key)
      keep(/,?\s*/)
    }
    keep(/\]/)
  }

  value(real, '$')
  return out
}

function member(of: unknown, key: string | number): unknown {
  if (typeof of !== 'object' || of === null || !(key in of)) {
    throw new Error(`The answer shows ${JSON.stringify(key)}, which the real one lacks.`)
  }
  return (of as Record<string | number, unknown>)[key]
}

/** With as many digits as were shown before. */
function written(now: unknown, before: string): string {
  const digits = /^-?\d+\.(\d+)$/.exec(before)?.[1]?.length
  return typeof now === 'number' && digits !== undefined ? now.toFixed(digits) : JSON.stringify(now)
}
