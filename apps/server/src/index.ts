// What other packages may use of the command: the docs make their configuration table from it, the
// benchmark serves another model with it.
export { run } from './cli.js'
export { type ComposeOptions, compose } from './compose.js'
export { type Config, ConfigError, type ConfigurationRow, configurationTable, readConfig } from './config.js'
export { createLog } from './serve/log.js'
export { version } from './version.js'
