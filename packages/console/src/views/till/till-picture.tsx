// The picture of the payment that the status shows, from the frames of the till.

import { framesOfPayment } from '../../frames/payment-frames.ts';
import { pageFrames } from '../../frames/store.ts';
import { LivePicture } from '../../kit/live-picture.tsx';
import { orderText } from './outcome-text.ts';
import { payments, tillStatus } from './till-controller.ts';

export function TillPicture() {
  const now = tillStatus.value;
  void pageFrames.changes.value;
  const entry =
    now.kind === 'payment' ? payments.value.find(({ key }) => key === now.key) : undefined;
  if (entry?.requestId === undefined) return null;
  const { key, requestId, order, at } = entry;
  const frames = framesOfPayment(pageFrames.history.all(), { requestId, tid: order.tid, at });
  return <LivePicture key={key} label={`Picture of ${orderText(order)}`} frames={frames} />;
}
