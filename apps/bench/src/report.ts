import { type AimVerdict, judgeAims, ofKind } from './aims.js'
import type {
  BenchResults,
  BenchRun,
  EventLoopResult,
  ServiceResult,
  StartResult,
  ThroughputResult,
} from './results.js'

/** The results as Markdown: for the terminal, and for the documentation. */
export function renderReport(results: BenchResults): string {
  const all = Object.values(results.parts).map(({ result }) => result)
  const sections = [
    aims(judgeAims(results)),
    disturbance(ofKind(all, 'throughput')),
    ...ofKind(all, 'throughput').map(throughput),
    service(ofKind(all, 'service')),
    ...ofKind(all, 'start').map(start),
    ...ofKind(all, 'event-loop').map(eventLoop),
    runs(results),
  ]
  return sections.filter(Boolean).join('\n\n')
}

function aims(verdicts: readonly AimVerdict[]): string {
  if (verdicts.length === 0) return ''
  const met = verdicts.filter(({ isMet }) => isMet).length
  const rows = verdicts.map(({ aim, wanted, sense, measured, unit, isMet }) => [
    aim,
    `${sense === 'at least' ? '≥' : '≤'} ${wanted} ${unit}`,
    `${significant(measured)} ${unit}`,
    isMet ? 'met' : `missed by ${percent(Math.abs(measured / wanted - 1))}`,
  ])
  return `## Aims\n\n${met} of ${verdicts.length} are met.\n\n${table(['Aim', 'Wanted', 'Measured', ''], rows)}`
}

/** Above this share of others, figures say more of them than of us. */
const quietShare = 0.1

function disturbance(all: readonly ThroughputResult[]): string {
  const most = Math.max(...all.map(({ othersShare }) => othersShare ?? 0))
  if (most <= quietShare) return ''
  return (
    `**The machine was not quiet: others used up to ${percent(most)} of it.** Rates and times are worse than on a quiet ` +
    'one, and shares of the roof lower: it is measured on one core, and the rows want all of them. Ratios of rows to ' +
    'each other, and cosines, stand.'
  )
}

function throughput({
  model,
  revision,
  corpus,
  pictureBytes,
  othersShare,
  roof,
  rows,
}: ThroughputResult): string {
  const header = [
    '',
    'Images/s',
    'Of the roof',
    'Of transformers.js',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'CPU s an image',
    'Peak MB',
    'Cosine',
  ]
  const body = rows.map((row) => [
    row.subject,
    fixed(row.perSecond, 1),
    fixed(row.ofRoof, 2),
    row.ofPeer === null ? '' : `${fixed(row.ofPeer, 2)} ×`,
    fixed(row.p50, 1),
    fixed(row.p95, 1),
    fixed(row.p99, 1),
    row.cpuMsPerImage === null ? '' : fixed(row.cpuMsPerImage / 1000, 4),
    row.peakResidentMb === null ? '' : fixed(row.peakResidentMb, 0),
    row.cosine === null ? '' : fixed(row.cosine, 6),
  ])
  const { decodeMs, resizeMs, inferMs, perSecond } = roof
  return [
    `## ${model}, ${corpus}`,
    `A JPEG of ${fixed(pictureBytes / 1000, 0)} kB, ${rows[0]!.callers} callers; model revision \`${revision}\`. ` +
      `One image costs one core ${fixed(decodeMs, 1)} ms to decode, ${fixed(resizeMs, 1)} ms to resize and ` +
      `${fixed(inferMs, 1)} ms to infer: the roof is ${fixed(perSecond, 1)} images/s.` +
      (othersShare === null ? '' : ` Others used ${percent(othersShare)} of the machine.`),
    table(header, body),
  ].join('\n\n')
}

function service(all: readonly ServiceResult[]): string {
  if (all.length === 0) return ''
  const load = all.flatMap(({ model, corpus, unloadedP50, at80 }) =>
    at80.map((row) => [
      `${model}, ${corpus}`,
      row.arrivals,
      fixed(row.perSecond, 1),
      fixed(unloadedP50, 1),
      milliseconds(row.p50),
      milliseconds(row.p95),
      milliseconds(row.p99),
      row.ofUnloaded > 1e6 ? '∞' : `${fixed(row.ofUnloaded, 2)} ×`,
    ]),
  )
  const over = all.map(({ model, corpus, peak, overload }) => [
    `${model}, ${corpus}`,
    fixed(peak, 1),
    fixed(overload.goodput, 2),
    `${overload.answered} / ${overload.refused} / ${overload.failed}`,
    `${milliseconds(overload.refuseP50)} / ${milliseconds(overload.refuseP99)}`,
    `${milliseconds(overload.answerP50)} / ${milliseconds(overload.answerP99)}`,
  ])
  return [
    '## At 80 % of the capacity',
    'Sent at a fixed rate whether or not earlier images are answered; time counts from when an image was due.',
    table(
      ['Server', 'Arrivals', 'Images/s', 'Alone, p50 ms', 'p50 ms', 'p95 ms', 'p99 ms', 'p99 of alone'],
      load,
    ),
    '## At four times the capacity',
    table(
      [
        'Server',
        'Peak images/s',
        'Goodput, of the peak',
        'Answered / refused / lost',
        'Time to refuse, p50 / p99 ms',
        'Time to answer, p50 / p99 ms',
      ],
      over,
    ),
  ].join('\n\n')
}

function start({ rows }: StartResult): string {
  const body = rows.map(({ model, subject, seconds, rounds }) => [
    model,
    subject,
    fixed(seconds, 2),
    rounds.map((each) => fixed(each, 2)).join(', '),
  ])
  return `## From the start of the process to the first embedding\n\n${table(['Model', '', 'Seconds, median', 'Each'], body)}`
}

function eventLoop({ megabytes, clients, rows }: EventLoopResult): string {
  const body = rows.map(({ body, perSecond, p50, p99, max }) => [
    body,
    fixed(perSecond, 1),
    fixed(p50, 2),
    fixed(p99, 1),
    fixed(max, 1),
  ])
  return [
    '## How late the event loop is',
    `${clients} clients send images of ${megabytes} MB.`,
    table(['Body', 'Bodies/s', 'p50 ms', 'p99 ms', 'max ms'], body),
  ].join('\n\n')
}

/** Each way of measuring once, with the parts that were measured so. */
function runs({ parts }: BenchResults): string {
  const all = Object.entries(parts)
  const titles = [...new Set(all.map(([, { run }]) => runTitle(run)))]
  const rows = titles.map((title) => {
    const members = all.filter(([, { run }]) => runTitle(run) === title)
    const seconds = members.reduce((sum, [, { run }]) => sum + run.seconds, 0)
    return [title, members.map(([name]) => name).join(', '), `${fixed(seconds, 0)} s`]
  })
  const { machine, versions } = Object.values(parts)[0]!.run
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version.replace(/^v/, '')}`)
  return [
    '## Measured with',
    `${machine.cores} cores of ${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}; ${list.join(', ')}.`,
    table(['Run', 'Parts', 'Took'], rows),
  ].join('\n\n')
}

function runTitle({ command, startedAt, revision, modified, settings }: BenchRun): string {
  const commit = revision ? `commit ${revision}${modified ? ' with changes' : ''}` : 'no commit'
  return `\`${command}\`, ${startedAt.slice(0, 10)}, ${commit}, ${settings.rounds} rounds${settings.quick ? ', quick' : ''}`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  // The first column is words, the others are figures.
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'))
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits)
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}

/** A call that never came back counts as the largest number there is. */
function milliseconds(value: number | null): string {
  return value === null ? '–' : value > 1e9 ? '∞' : value.toFixed(1)
}

function percent(share: number): string {
  return share > 1e6 ? '∞' : `${(share * 100).toFixed(0)} %`
}
