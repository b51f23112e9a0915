import { drawClassification } from './classification.mjs'
import { drawClustering } from './clustering.mjs'
import { drawNearDuplicates } from './near-duplicates.mjs'
import { drawRetrieval } from './retrieval.mjs'
import { drawSearch } from './search.mjs'

/** How the result of each recipe, which its own code writes to `<name>.json`, becomes figures and a picture. */
export const recipes = {
  classification: drawClassification,
  clustering: drawClustering,
  'near-duplicates': drawNearDuplicates,
  pgvector: drawSearch,
  retrieval: drawRetrieval,
  'similarity-search': drawSearch,
}
