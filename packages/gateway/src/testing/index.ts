export { startTestGateway, type TestGateway, type TestGatewayOptions } from './start-test-gateway.js'
