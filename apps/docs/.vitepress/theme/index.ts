// Without fonts: the default theme asks a font host, and this site asks nobody.
export { default } from 'vitepress/theme-without-fonts'

import './style.css'
