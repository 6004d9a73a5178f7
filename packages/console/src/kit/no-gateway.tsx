// Shown in place of a view that needs the address of a gateway, until the page has been connected to one.

import { EmptyState, Panel } from './panel.tsx';

interface NoGatewayProps {
  /** Such as `This till does not know its gateway`. */
  readonly title: string;
  /** Leads to Connect. */
  readonly href: string;
}

export function NoGateway({ title, href }: NoGatewayProps) {
  return (
    <Panel title="No gateway yet">
      <EmptyState icon="plug" title={title}>
        <p>Connect once with the address and the token of your site; then come back.</p>
        <a class="btn" data-kind="main" href={href}>
          Go to Connect
        </a>
      </EmptyState>
    </Panel>
  );
}
