// Buttons of a message of a test site that let something go wrong when such a message comes again.

import { faultTriggerText } from '@tillgate/protocol';
import { call } from '../../api/call.ts';
import { FailureNotice } from '../../api/query-state.tsx';
import { selectSite, useSites } from '../../api/site-choice.tsx';
import { useMutation } from '../../api/use-query.ts';
import { hrefOf } from '../../app/route.ts';
import type { Frame } from '../../frames/frame.ts';
import { Button } from '../../kit/button.tsx';
import { toast } from '../../kit/toast.tsx';
import type { NextFault } from './next-fault.ts';
import { nextFaults, triggerLike } from './next-fault.ts';

/** Renders nothing for a frame of this page, whose site is not known, and of a site that is no test site. */
export function NextFaultTools({ frame }: { readonly frame: Frame }) {
  const { site } = frame.connection.till ?? {};
  return site === undefined ? null : <Tools site={site} frame={frame} />;
}

function Tools({ site, frame }: { readonly site: string; readonly frame: Frame }) {
  const { data: sites = [] } = useSites();
  const { busy, failure, run } = useMutation();
  const when = triggerLike(frame);
  const isTest = sites.find(({ name }) => name === site)?.test === true;
  if (!when || !isTest) return null;
  const add = async ({ title, action }: NextFault) => {
    const isDone = await run(async () => {
      await call('addFault', { params: { site }, body: { when, action } });
    });
    if (isDone) toast(`${title}: ${faultTriggerText({ when })}.`);
  };
  return (
    <section class="stack" aria-label="Faults on purpose">
      <div class="btns">
        {nextFaults(when).map((one) => (
          <Button key={one.title} size="s" busy={busy} onClick={() => void add(one)}>
            {one.title}
          </Button>
        ))}
      </div>
      {failure && <FailureNotice failure={failure} />}
      <p class="fld-hint">
        Only at this test site, once.{' '}
        <a href={hrefOf('machines')} onClick={() => selectSite(site)}>
          Card machines
        </a>{' '}
        lists what is waiting.
      </p>
    </section>
  );
}
