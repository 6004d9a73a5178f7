// The picture of the table that was locked last, from the frames of the till and of the waiter.

import { framesOfTable } from '../../frames/payment-frames.ts';
import { pageFrames } from '../../frames/store.ts';
import { LivePicture } from '../../kit/live-picture.tsx';

export function TablePicture() {
  void pageFrames.changes.value;
  const own = pageFrames.history
    .all()
    .filter(({ connection: { id } }) => /^(tables|waiter)-/.test(id));
  const frames = framesOfTable(own);
  return <LivePicture key={frames[0]?.seq} label="Picture of the table" frames={frames} />;
}
