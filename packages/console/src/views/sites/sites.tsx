// Sites and tokens: the shops of this gateway and the keys of their tills, who may work here, and who
// changed what.

import './sites.css';
import { useState } from 'preact/hooks';
import { mayManageAllSites } from '../../api/session.ts';
import { RequireSignIn, SignedInOperator } from '../../api/signed-in.tsx';
import { View } from '../../kit/panel.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import { AuditPanel } from './audit-panel.tsx';
import { OperatorsPanel } from './operators-panel.tsx';
import { SitesPanel } from './sites-panel.tsx';

export function Sites() {
  return (
    <View
      title="Sites and tokens"
      about="The shops of this gateway, the keys of their tills, and who looks after them."
      actions={<SignedInOperator />}
    >
      <RequireSignIn>
        <Parts />
      </RequireSignIn>
    </View>
  );
}

const PANEL = 'sites-part';

function Parts() {
  const [part, setPart] = useState('sites');
  const tabs = [
    { key: 'sites', label: 'Sites' },
    ...(mayManageAllSites() ? [{ key: 'operators', label: 'Operators' }] : []),
    { key: 'audit', label: 'Audit trail' },
  ];
  return (
    <>
      <Tabs label="Parts" tabs={tabs} selected={part} onSelect={setPart} panel={PANEL} />
      <div class="sit-part" id={PANEL} role="tabpanel" aria-labelledby={`${PANEL}-${part}`}>
        {part === 'sites' && <SitesPanel />}
        {part === 'operators' && <OperatorsPanel />}
        {part === 'audit' && <AuditPanel />}
      </div>
    </>
  );
}
