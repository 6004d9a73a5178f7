// The door of the gateway package: run a gateway inside another program.

export type { Gateway, GatewayOptions } from './gateway.ts';
export { startGateway } from './gateway.ts';
export { defaultSettings, Settings } from './settings.ts';
