// What the gateway promises. Everything else may change.
export { type CallContextOptions, createCallContext } from './call-context.js'
export { createGateway, type Gateway, type GatewayOptions } from './create-gateway.js'
export { type ErrorBody, sendError, sendJson, setErrorHeaders } from './edge/send.js'
export { defaultGatewayLimits, type GatewayLimits } from './limits.js'
export type { Authenticate, GatewayHost, GatewayPhase, GatewayPlugin, RouteAuth } from './plugin.js'
export { type BearerAuthOptions, bearerAuth } from './plugins/bearer-auth.js'
export { headerKey } from './plugins/header-key.js'
