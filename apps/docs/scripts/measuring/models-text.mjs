import { code, table } from '../generate/markdown.mjs'

/**
 * @typedef {{
 *   evaluation: {
 *     model: string, revision: string, dimension: number, queries: number, gallery: number, labels: number,
 *     metrics: Record<string, number>, imagesPerSecond: number,
 *   },
 *   bytes: number,
 *   manifest: { input: { width: number }, tokens: { input: number }, licence: string },
 * }} MeasuredModel
 */

/**
 * The table of models that were measured, and what is to be known of its figures.
 * @param {{ rows: readonly MeasuredModel[], machine: { cpu: string, cores: number, load: number } }} measured
 */
export function modelsText({ rows, machine }) {
  const { queries, gallery, labels } = rows[0].evaluation
  const header = [
    'Model',
    'Numbers',
    'P@1',
    'P@5',
    'mAP@20',
    'Size',
    'Input',
    'Tokens',
    'Images/s',
    'Licence',
  ]
  const lines = rows.map(({ evaluation, bytes, manifest }) => [
    code(evaluation.model),
    String(evaluation.dimension),
    ...['P@1', 'P@5', 'mAP@20'].map((name) => evaluation.metrics[name].toFixed(1)),
    `${(bytes / 1e6).toFixed(1)} MB`,
    `${manifest.input.width} px`,
    String(manifest.tokens.input),
    evaluation.imagesPerSecond.toFixed(0),
    manifest.licence,
  ])
  const [first] = rows
  const isBusy = machine.load > machine.cores / 2
  const quiet = isBusy
    ? ': other programs had\nthe machine, so that column is no more than an order of magnitude.'
    : '.'
  return `<!-- Measured by \`pnpm --filter @pixvec/docs measure-models\`. Do not edit. -->

${table(header, lines)}

${queries} queries against a gallery of ${gallery}, ${labels} kinds of photos (caltech101-dev), in per cent; who guesses is
right once in ${labels}. The built-in model is \`${first.evaluation.model}\`, revision \`${first.evaluation.revision}\`. Images/s is from the
file to the vector with \`pixvec eval\`, on ${machine.cores} cores of ${machine.cpu}, with a load of ${machine.load.toFixed(1)} at the start${quiet}
`
}
