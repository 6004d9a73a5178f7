// Entry of the package `tillgate`: runs a gateway inside another program.

export type { Gateway } from './gateway.ts';
export { startGateway } from './gateway.ts';
export type { GatewayOptions } from './gateway-context.ts';
export { defaultSettings, Settings } from './settings.ts';
