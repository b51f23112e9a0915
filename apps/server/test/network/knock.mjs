// Runs inside a network namespace: does what nothing of Pixvec may do, to see that it would be noticed.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'

await once(connect({ host: '192.0.2.1', port: 80 }), 'error').catch(() => {})
process.stdout.write(readFileSync('/proc/net/snmp', 'latin1'))
