import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Compiles one file as a stranger's strict project would, against what `dist` declares. */
function compile(name: string, options: ts.CompilerOptions) {
  const program = ts.createProgram([file(name)], {
    target: ts.ScriptTarget.ES2022,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    ...options,
  })
  return {
    problems: ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      ),
    sources: program.getSourceFiles().map(({ fileName }) => fileName),
  }
}

describe('the published types', () => {
  it('serve a browser project that has DOM types and no Node types', () => {
    const { problems, sources } = compile('consumer/browser.ts', {
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: [],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    })
    expect(problems).toEqual([])
    expect(sources).toContainEqual(expect.stringMatching(/client\/dist\/index\.d\.ts$/))
    expect(sources.filter((name) => /@types\/node|client\/src\//.test(name))).toEqual([])
  })

  it('serve a Node project that has Node types and no DOM', () => {
    const { problems } = compile('consumer/node.ts', {
      lib: ['lib.es2022.d.ts'],
      types: ['node'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      skipLibCheck: true,
    })
    expect(problems).toEqual([])
  })
}, 60_000)
