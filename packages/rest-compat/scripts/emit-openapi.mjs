// Writes openapi.json from the built packages. Run by `pnpm generate`; CI compares.
import { writeFile } from 'node:fs/promises'
import { restCompat } from '../dist/index.js'
import { openApiDocument } from './openapi-document.mjs'

await writeFile(new URL('../openapi.json', import.meta.url), await openApiDocument(restCompat))
