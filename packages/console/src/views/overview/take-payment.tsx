// Leads to Till with an amount, so that a payment is one more press away.

import { hrefOf } from '../../app/route.ts';
import { Icon } from '../../kit/icon.tsx';
import { Panel } from '../../kit/panel.tsx';
import { selectedAddress } from '../../socket/selected-address.ts';

/** In pounds or euros, as it is typed. */
const AMOUNT = '12.34';

export function TakePayment() {
  const isKnown = selectedAddress.value !== undefined;
  return (
    <Panel title="Take a payment now">
      <p>
        {isKnown
          ? 'This page connects as a till. Choose a card machine, press the button, and see the receipt.'
          : 'Type the address and the token of your site first; then this page is a till.'}
      </p>
      <div class="ovw-ways">
        {isKnown ? (
          <a class="btn" data-kind="main" href={hrefOf('till', { amount: AMOUNT })}>
            <Icon name="till" size={17} />
            At the counter
          </a>
        ) : (
          <a class="btn" data-kind="main" href={hrefOf('connect')}>
            <Icon name="plug" size={17} />
            Connect
          </a>
        )}
        <a class="btn" href={hrefOf('tables')}>
          <Icon name="table" size={17} />
          At a table
        </a>
        <a class="btn" href={hrefOf('compose')}>
          <Icon name="pen" size={17} />
          As a message
        </a>
      </div>
    </Panel>
  );
}
