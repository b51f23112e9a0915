import { z } from 'zod'

/** What the table in the docs says of a setting, kept on its schema. */
export interface SettingMeta {
  /** In words: `integer, 0 to 65535`. */
  readonly type: string
  readonly description: string
  /** What the table shows where no fixed value can be shown, `the cores of the CPU quota` for instance. */
  readonly shownDefault?: string
}

/** An integer from `min` to `max`, both allowed. Underscores may group the digits: 20_000_000. */
export function integer(min: number, max: number) {
  const type = `integer, ${min} to ${max}`
  return reader(type, (text) => {
    const value = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN
    return value >= min && value <= max ? value : undefined
  })
}

export function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, {
    error: ({ input }) => `expected one of ${values.join(', ')}; received ${brief(String(input))}`,
  })
}

/** Some of a few names, parted by commas, each at most once. */
export function listOf<const T extends string>(names: readonly T[]) {
  const isName = (one: string): one is T => (names as readonly string[]).includes(one)
  return reader(`${names.join(', ')}, parted by commas`, (text): readonly T[] | undefined => {
    const given = text.split(',').map((one) => one.trim())
    return given.every(isName) ? [...new Set(given)] : undefined
  })
}

/** Names parted by commas, none empty, each at most once. */
export function nameList(type: string) {
  return reader(type, (text) => {
    const names = text.split(',').map((name) => name.trim())
    return names.every((name) => name !== '') ? [...new Set(names)] : undefined
  })
}

/** Any text without spaces around it. */
export function text(type: string) {
  return reader(type, (value) => value.trim() || undefined)
}

/** API keys, parted by commas. They travel in HTTP headers, so only visible ASCII can work. */
export function keyList() {
  const type = 'keys parted by commas'
  return z.string().transform((value, context) => {
    const keys = value.split(',').map((key) => key.trim())
    for (const [index, key] of keys.entries()) {
      if (/^[\x21-\x7e]+$/.test(key)) continue
      const found = key === '' ? 'is empty' : 'has a space or a character that is not visible ASCII'
      context.addIssue({ code: 'custom', message: `expected ${type}; key ${index + 1} ${found}` })
    }
    return [...new Set(keys)]
  })
}

/** Web origins parted by commas, or `*` for any. */
export function originList() {
  const type = 'origins parted by commas, https://app.example.com for instance, or *'
  return reader(type, (value) => {
    const origins = value.split(',').map((origin) => origin.trim())
    return origins.every((origin) => origin === '*' || isOrigin(origin)) ? origins : undefined
  })
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value
}

/** Text → value; undefined is answered with what was expected and what came. */
function reader<T>(type: string, read: (text: string) => T | undefined) {
  return z.string().transform((value, context) => {
    const result = read(value)
    if (result !== undefined) return result
    context.addIssue({ code: 'custom', message: `expected ${type}; received ${brief(value)}` })
    return z.NEVER
  })
}

function brief(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)
}
