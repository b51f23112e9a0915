// Prints the time from a JPEG file to a resized picture: ours, row by row, beside libvips and a resize of its pixels.
// Run: node test/measure-jpeg.mjs FILE…   (after a build)
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { decodeImage } from '../dist/image/decode.js'
import { resizeJpeg } from '../dist/image/jpeg/resize-jpeg.js'
import { probeImage } from '../dist/image/probe.js'
import { resizeByRecipe } from '../dist/image/resize.js'
import { defaultLimits } from '../dist/options.js'

const recipe = {
  resize: { mode: 'shortest-edge', size: 176, filter: 'bicubic' },
  centreCrop: 160,
  exifOrientation: true,
  alpha: 'drop',
}
const secondsEach = 1

process.stdout.write('libvips ms (CPU)    ours ms (CPU)   ours / libvips   file (medians of one run)\n')
for (const file of process.argv.slice(2)) {
  const bytes = new Uint8Array(readFileSync(file))
  const theirs = await measure(async () => {
    const image = await decodeImage(bytes, await probeImage(bytes, defaultLimits), recipe, 60_000)
    resizeByRecipe(image, recipe, defaultLimits.maxIntermediatePixels)
  })
  const isOurs = resizeJpeg(bytes, recipe, defaultLimits) !== undefined
  const ours = isOurs && (await measure(() => resizeJpeg(bytes, recipe, defaultLimits)))
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
