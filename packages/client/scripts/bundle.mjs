// One module of a stranger's, bundled for browsers as an application would bundle it: minified to the end.
import { build } from 'vite'

/**
 * @param {string} entry  path of the module
 * @param {'es' | 'iife'} format  a module, or a script that sets the global `pixvec`
 * @returns {Promise<string>} one file
 */
export async function bundle(entry, format = 'es') {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry, formats: [format], name: 'pixvec' },
      rolldownOptions: {
        // Left outside, a Node module shows as an import.
        external: /^node:/,
        // `build.minify` leaves a library's spaces and line breaks in.
        output: { minify: true },
      },
    },
  })
  const [bundled, ...others] = [result].flat().flatMap(({ output }) => output)
  if (others.length > 0) throw new Error('vite gave more than one file')
  return bundled.code
}
