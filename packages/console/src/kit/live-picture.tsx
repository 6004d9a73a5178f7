// The picture of what is going on, from the frames of this page: it grows with each frame, and folds away.

import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Frame } from '../frames/frame.ts';
import { pictureSourceOf } from '../frames/picture-source.ts';
import { pageFrames } from '../frames/store.ts';
import { Button } from './button.tsx';
import { Panel } from './panel.tsx';
import { PaymentPicture } from './payment-picture.tsx';
import { isNarrow } from './viewport.ts';

interface LivePictureProps {
  /** Accessible name of the picture. */
  readonly label: string;
  readonly frames: readonly Frame[];
}

/** Until somebody chooses, it is open where there is room beside it. */
const isShown = signal<boolean | undefined>(undefined);

export function LivePicture({ label, frames }: LivePictureProps) {
  const newest = frames.at(-1)?.seq;
  const source = useMemo(() => pictureSourceOf(frames), [frames[0]?.seq, newest, frames.length]);
  if (frames.length === 0) return null;
  const shown = isShown.value ?? !isNarrow.value;
  return (
    <Panel
      title="Between till and card machine"
      actions={
        <Button
          kind="quiet"
          size="s"
          label={shown ? 'Hide the picture' : 'Show the picture'}
          onClick={() => {
            isShown.value = !shown;
          }}
        >
          {shown ? 'Hide' : 'Show'}
        </Button>
      }
    >
      {shown ? (
        <PaymentPicture
          label={label}
          source={source}
          frameOf={(number) => pageFrames.history.get(number)}
        />
      ) : (
        <p class="quiet">Each message on its way, as a picture.</p>
      )}
    </Panel>
  );
}
