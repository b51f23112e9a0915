import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createClient } from '@pixvec/client'
import { recipes } from '../../scripts/drawing/recipes/recipes.mjs'
import { rowsSheet } from '../../scripts/drawing/rows-sheet.mjs'
import { nearness, textDifferences } from './answer.js'
import { exampleKey } from './example-server.js'
import { docs } from './repository.js'

/** Figures of a page, as they should be. */
export interface MadeText {
  readonly textPath: string
  readonly text: string
}

/** The figures and the picture at the end of a recipe. */
export interface MadeRecipe extends MadeText {
  readonly picturePath: string
  readonly picture: string
}

/** Above every file that `draw` makes. */
export const banner = '<!-- Made by `pnpm --filter @pixvec/docs draw`. Do not edit. -->\n'

export type RecipeName = keyof typeof recipes

/** Which recipe a page is, if it is one that ends with a result. */
export function recipeOf(file: string): RecipeName | undefined {
  const name = /^apps\/docs\/recipes\/([\w-]+)\.md$/.exec(file)?.[1]
  return name !== undefined && name in recipes ? (name as RecipeName) : undefined
}

/**
 * From what the code of the page has left in `<name>.json`.
 * @param folder  where it ran
 */
export async function makeRecipe(name: RecipeName, folder: string, serverUrl: string): Promise<MadeRecipe> {
  const models = await createClient({ baseUrl: serverUrl, key: exampleKey }).models()
  const [model] = models as [(typeof models)[number]]
  const { figures, alt, ...sheet } = recipes[name](
    JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')),
  )
  const text = `${banner}
${figures}

![${alt}](/recipes/${name}.svg)

Model \`${model.id}\`, revision \`${model.revision}\`.
`
  return {
    textPath: join(docs, `generated/recipes/${name}.md`),
    text,
    picturePath: join(docs, `public/recipes/${name}.svg`),
    picture: await rowsSheet({ model, folder, ...sheet }),
  }
}

export function writeRecipe(made: MadeRecipe): void {
  writeText(made)
  mkdirSync(dirname(made.picturePath), { recursive: true })
  writeFileSync(made.picturePath, made.picture)
}

export function writeText({ textPath, text }: MadeText): void {
  mkdirSync(dirname(textPath), { recursive: true })
  writeFileSync(textPath, text)
}

/**
 * How the committed figures differ from those that the code finds now.
 * @param within  how far counts and percentages may be off, because processors round differently
 */
export function figureDifferences({ textPath, text }: MadeText, within = nearness): string[] {
  const plain = (markdown: string) => markdown.replaceAll(/\*\*|[(),:]/g, ' ')
  const found = textDifferences(plain(committed(textPath)), plain(text), within)
  return found.length > 0 ? [...found, 'Run `pnpm --filter @pixvec/docs draw`.'] : []
}

/** The same for figures and picture; in this, one in ten may be another. */
export function recipeDifferences(made: MadeRecipe): string[] {
  const [shown, now] = [titles(committed(made.picturePath)), titles(made.picture)]
  const same = shown.filter((title) => now.includes(title))
  const isNear = shown.length > 0 && same.length >= 0.9 * now.length
  const other = now.filter((title) => !shown.includes(title))
  const ofPicture = `${made.picturePath} does not show: ${other.join('; ')}`
  return [...figureDifferences(made), ...(isNear ? [] : [ofPicture])]
}

function committed(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** What is drawn, without the similarities. */
function titles(svg: string): string[] {
  return [...svg.matchAll(/<title>([^<]+)</g)].map((match) => match[1]!.replace(/: -?[\d.]+$/, ''))
}
