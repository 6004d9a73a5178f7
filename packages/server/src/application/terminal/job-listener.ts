// Who waits for a job: what a terminal session tells, and asks, the till that started it.

import type { NotificationValue } from '@tillgate/protocol';
import type { Job, JobResult } from '../../domain/job.ts';
import type { SignatureWanted } from '../../domain/machine.ts';

export interface JobListener {
  show(value: NotificationValue): void;
  askSignature(job: Job, wanted: SignatureWanted, secondsLeft: number): void;
  /** The question is no longer open. */
  closeSignature(): void;
  /** Called once, when the result is safe and the machine is free for the next job. */
  finish(result: JobResult): void;
}
