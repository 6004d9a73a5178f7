// What happened to a transaction, as a picture or as a list of the same steps.

import type { api } from '@tillgate/protocol';
import { pictureOf } from '@tillgate/protocol';
import { useMemo, useState } from 'preact/hooks';
import { assessed } from '../../frames/picture-source.ts';
import { Segmented } from '../../kit/field.tsx';
import { Panel } from '../../kit/panel.tsx';
import { PaymentPicture } from '../../kit/payment-picture.tsx';
import { Timeline } from './timeline.tsx';
import { typeText } from './transaction-text.ts';

type Form = 'picture' | 'list';

export function WhatHappened({ story }: { readonly story: api.TransactionStory }) {
  const [form, setForm] = useState<Form>('picture');
  const frameOf = useMemo(() => assessed(story.frames), [story]);
  const { type, id } = story.summary;
  return (
    <Panel title="What happened">
      <Segmented
        label="Shown as"
        value={form}
        options={[
          { value: 'picture', label: 'Picture' },
          { value: 'list', label: 'List' },
        ]}
        onChange={setForm}
      />
      {story.frames.length === 0 && (
        <p class="quiet">Its messages were not kept; the journal has the rest.</p>
      )}
      {form === 'picture' ? (
        <PaymentPicture
          label={`Picture of ${typeText(type)} ${id}`}
          source={story}
          frameOf={frameOf}
        />
      ) : (
        <Timeline {...pictureOf(story)} frameOf={frameOf} />
      )}
    </Panel>
  );
}
