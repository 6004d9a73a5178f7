// The entry `tillgate/testing`: a gateway, a till and a clock for tests of tills and adapters, and a contract suite
// for each port.

export { MemoryStore } from '../adapters/store/memory-store.ts';
export type { OpenedOwnership } from './ownership-contract.ts';
export { ownershipContract } from './ownership-contract.ts';
export { storeContract } from './store-contract.ts';
export type { OpenedStore } from './store-contract-kit.ts';
export { terminalDriverContract } from './terminal-driver-contract.ts';
export type { DriverBench } from './terminal-driver-contract-kit.ts';
export { TestClock } from './test-clock.ts';
export type { TestGateway, TestGatewayOptions } from './test-gateway.ts';
export { startTestGateway } from './test-gateway.ts';
export type { Frame, TestTillOptions } from './test-till.ts';
export { connectTill, Refused, TestTill } from './test-till.ts';
