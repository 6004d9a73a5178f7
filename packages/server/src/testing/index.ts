// The entry `tillgate/testing`: a gateway with faults, a clock and a journal, and a till, for tests of tills in any test
// runner. The contract suites of the ports, which are made of `node:test`, are in `tillgate/testing/contracts`.

export { MovableClock } from '../adapters/clock/movable-clock.ts';
export { MemoryStore } from '../adapters/store/memory-store.ts';
export { RefusedByGateway } from './admin-request.ts';
export { TestClock } from './test-clock.ts';
export type {
  Fault,
  NewFault,
  TestFaults,
  TestGateway,
  TestGatewayOptions,
  TestJournal,
  TransactionFilter,
  TransactionStory,
  TransactionSummary,
} from './test-gateway.ts';
export { startTestGateway } from './test-gateway.ts';
export type { Frame, TestSocket, TestTillOptions } from './test-till.ts';
export { connectTill, Refused, TestTill } from './test-till.ts';
