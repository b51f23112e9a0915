/** A fenced block of a Markdown file, and what its info string says of it. */
export interface Fence {
  /** Path below the repository's root, for the names of tests. */
  readonly file: string
  /** Line of the opening fence, from 1. */
  readonly line: number
  /** First word of the info string, or empty. */
  readonly language: string
  /** `no-run="…"`: why this block is not executed. */
  readonly noRun: string | undefined
  /** `answer`: the block shows what the block before it prints, or the one that its `[title]` names. */
  readonly isAnswer: boolean
  /** `near`, of an answer: its whole numbers may be off by a few, because processors round differently. */
  readonly isNear: boolean
  /** `[name.ts]`: the file that the block is. On an answer, the block that it is the answer of. */
  readonly title: string | undefined
  readonly code: string
}

/** @throws Error for a fence that is never closed */
export function readFences(file: string, markdown: string): Fence[] {
  const lines = markdown.split('\n')
  const fences: Fence[] = []
  for (let i = 0; i < lines.length; i++) {
    const open = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(lines[i]!)
    if (!open) continue
    const [, indent = '', marks = '', info = ''] = open
    const end = lines.findIndex((line, at) => at > i && line.trim() === marks)
    if (end < 0) throw new Error(`${file}:${i + 1}: this block is never closed.`)
    const code = lines
      .slice(i + 1, end)
      .map((line) => line.replace(new RegExp(`^\\s{0,${indent.length}}`), ''))
    fences.push({ file, line: i + 1, ...readInfo(info.trim()), code: `${code.join('\n')}\n` })
    i = end
  }
  return fences
}

function readInfo(info: string): Pick<Fence, 'language' | 'noRun' | 'isAnswer' | 'isNear' | 'title'> {
  const noRun = /\sno-run="([^"]+)"/.exec(info)?.[1]
  const rest = info.replace(/\sno-run="[^"]*"/, '')
  return {
    language: /^[\w-]*/.exec(rest)![0],
    noRun,
    isAnswer: /\sanswer(\s|$)/.test(rest),
    isNear: /\snear(\s|$)/.test(rest),
    title: /\[([^\]]+)\]/.exec(rest)?.[1],
  }
}
