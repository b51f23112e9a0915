#!/usr/bin/env -S node --single-threaded-gc
// The collector works alone: its helpers wait for cores that decoders and sessions keep busy, and everybody for them.
import { run } from '../dist/cli.js'

process.exitCode = await run(process.argv.slice(2))
