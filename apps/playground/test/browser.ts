// The Chromium of the client's tests: one place says where it is and how it is started.
export { hasChromium, launchChromium } from '../../../packages/client/test/chromium.js'
