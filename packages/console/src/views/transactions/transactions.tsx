// Transactions: a search of the journal, and one transaction step by step. The address says which.

import './transactions.css';
import { RequireSignIn, SignedInOperator } from '../../api/signed-in.tsx';
import { routeLocation } from '../../app/route.ts';
import { View } from '../../kit/panel.tsx';
import { SearchPanel } from './search-panel.tsx';
import { TransactionDetail } from './transaction-detail.tsx';

export function Transactions() {
  return (
    <View
      title="Transactions"
      about="What the journal holds of payments, reports and tables, and what happened to each."
      actions={<SignedInOperator />}
    >
      <RequireSignIn>
        <Chosen />
      </RequireSignIn>
    </View>
  );
}

function Chosen() {
  const { open, ...search } = routeLocation.value.query;
  return open ? (
    <TransactionDetail key={open} id={open} search={search} />
  ) : (
    <SearchPanel query={search} />
  );
}
