// Loaded by `npm run test:second-node` before the tests: the clients of each test gateway then connect to another node.

import { registerHooks } from 'node:module';

const behindNode = new URL('gateway-behind-node.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => {
    const isOfTestGateway = context.parentURL?.endsWith('/server/src/testing/test-gateway.ts');
    const replaced = isOfTestGateway && specifier === '../gateway.ts';
    return next(replaced ? behindNode : specifier, context);
  },
});
