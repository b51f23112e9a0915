export { type RestCompatOptions, restCompat } from './rest-compat.js'
