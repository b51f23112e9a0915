// What other packages may use of the command: the docs make their configuration table from it.
export { run } from './cli.js'
export { type Config, ConfigError, type ConfigurationRow, configurationTable, readConfig } from './config.js'
export { version } from './version.js'
