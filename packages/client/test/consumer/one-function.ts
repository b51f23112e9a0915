export { cosineSimilarity } from '@pixvec/client'
