// Prints the time from a JPEG file to a resized picture: ours, row by row, beside libvips and a resize of its pixels.
// Run: node test/measure-jpeg.mjs [--fast] [--size 256 --crop 224] FILE…   (after a build)
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { decodeImage } from '../dist/image/decode.js'
import { resizeJpeg } from '../dist/image/jpeg/resize-jpeg.js'
import { chooseScale } from '../dist/image/jpeg-scale.js'
import { probeImage } from '../dist/image/probe.js'
import { resizeByRecipe } from '../dist/image/resize.js'
import { defaultLimits } from '../dist/options.js'

const { values, positionals } = parseArgs({
  options: {
    fast: { type: 'boolean', default: false },
    size: { type: 'string', default: '176' },
    crop: { type: 'string', default: '160' },
  },
  allowPositionals: true,
})
const decode = values.fast ? 'fast' : 'exact'
const recipe = {
  resize: { mode: 'shortest-edge', size: Number(values.size), filter: 'bicubic' },
  centreCrop: Number(values.crop),
  exifOrientation: true,
  alpha: 'drop',
}
const secondsEach = 1

process.stdout.write('libvips ms (CPU)    ours ms (CPU)   ours / libvips   file (medians of one run)\n')
for (const file of positionals) {
  const bytes = new Uint8Array(readFileSync(file))
  const theirs = await measure(async () => {
    const probed = await probeImage(bytes, defaultLimits)
    const scale = values.fast ? chooseScale(bytes, probed, recipe) : 1
    const image = await decodeImage(bytes, probed, recipe, 60_000, scale)
    resizeByRecipe(image, recipe, defaultLimits.maxIntermediatePixels)
  })
  const isOurs = resizeJpeg(bytes, recipe, defaultLimits, decode) !== undefined
  const ours = isOurs && (await measure(() => resizeJpeg(bytes, recipe, defaultLimits, decode)))
  const ratio = ours ? (ours.wallMs / theirs.wallMs).toFixed(2) : 'left to libvips'
  process.stdout.write(
    `${show(theirs)}  ${ours ? show(ours) : ''.padEnd(16)}  ${ratio.padEnd(15)}  ${file}\n`,
  )
}

async function measure(run) {
  const times = []
  for (let i = 0; i < 5; i++) await run()
  const before = process.cpuUsage()
  const end = performance.now() + secondsEach * 1000
  while (performance.now() < end || times.length < 5) {
    const begin = performance.now()
    await run()
    times.push(performance.now() - begin)
  }
  const { user, system } = process.cpuUsage(before)
  const wallMs = times.sort((a, b) => a - b)[times.length >> 1]
  return { wallMs, cpuMs: (user + system) / 1000 / times.length }
}

function show({ wallMs, cpuMs }) {
  return `${wallMs.toFixed(2).padStart(8)} (${cpuMs.toFixed(2)})`.padEnd(18)
}
