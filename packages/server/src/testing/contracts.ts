// The entry `tillgate/testing/contracts`: a suite of `node:test` for each port, which every adapter passes.

export type { OpenedOwnership } from './ownership-contract.ts';
export { ownershipContract } from './ownership-contract.ts';
export { storeContract } from './store-contract.ts';
export type { OpenedStore } from './store-contract-kit.ts';
export { terminalDriverContract } from './terminal-driver-contract.ts';
export type { DriverBench } from './terminal-driver-contract-kit.ts';
