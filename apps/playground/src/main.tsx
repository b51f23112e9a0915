import { render } from 'preact'
import './style/base.css'
import './style/controls.css'
import './style/start.css'
import './style/workspace.css'
import './style/views.css'
import { Playground } from './views/playground.js'

const root = document.getElementById('playground')
if (!root) throw new Error('index.html has no #playground')
render(<Playground />, root)
