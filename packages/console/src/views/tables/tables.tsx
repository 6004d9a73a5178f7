// Tables: a one-page restaurant and, beside it, a waiter with a virtual card machine, so that both
// halves of pay at table are seen at once.

import './tables.css';
import { useState } from 'preact/hooks';
import { hrefOf } from '../../app/route.ts';
import { Segmented } from '../../kit/field.tsx';
import { NoGateway } from '../../kit/no-gateway.tsx';
import { View } from '../../kit/panel.tsx';
import { selectedAddress } from '../../socket/selected-address.ts';
import { BillPanel } from './bill-panel.tsx';
import { RequestLogPanel } from './request-log-panel.tsx';
import { TableListPanel } from './table-list-panel.tsx';
import { TablePicture } from './table-picture.tsx';
import { TableTillPanel } from './table-till-panel.tsx';
import { WaiterPanel } from './waiter-panel.tsx';

type Half = 'till' | 'waiter';

export function Tables() {
  const parts = selectedAddress.value;
  const [half, setHalf] = useState<Half>('till');
  return (
    <View
      title="Tables"
      about="A restaurant’s till answers what card machines ask; a waiter takes one to the table."
    >
      {parts ? (
        <>
          <div class="rst-switch">
            <Segmented
              label="Shown"
              value={half}
              options={[
                { value: 'till', label: 'The till' },
                { value: 'waiter', label: 'The waiter' },
              ]}
              onChange={setHalf}
            />
          </div>
          <div class="rst" data-half={half}>
            <div class="stack rst-till">
              <TableTillPanel parts={parts} />
              <TableListPanel />
              <BillPanel />
              <TablePicture />
              <RequestLogPanel />
            </div>
            <div class="rst-waiter">
              <WaiterPanel parts={parts} />
            </div>
          </div>
        </>
      ) : (
        <NoGateway title="The restaurant does not know its gateway" href={hrefOf('connect')} />
      )}
    </View>
  );
}
