import type { Command } from 'commander'
import { addAdd } from './models/add.js'
import { addRemove, addShow, addVerify } from './models/kept.js'
import { addList } from './models/list.js'
import { addPull } from './models/pull.js'

const help = `
Models come from the hub that HF_ENDPOINT names, with HF_TOKEN where one is needed, into the cache of
HF_HOME; HF_HUB_OFFLINE=1 forbids it. Only pull and add with a repository use the network.

Examples:
  pixvec models list
  pixvec models pull clip-vit-b-32
  PIXVEC_MODEL=clip-vit-b-32 pixvec serve`

export function addModels(program: Command, setExitCode: (code: number) => void): void {
  const models = program
    .command('models')
    .summary('list, pull, verify, remove and add models')
    .description('What models there are, and bringing others here.')
    .helpCommand(false)
    .addHelpText('after', help)
  addList(models)
  addPull(models)
  addVerify(models, setExitCode)
  addRemove(models)
  addAdd(models)
  addShow(models)
}
