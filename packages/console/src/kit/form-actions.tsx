// The last line of a form: a button that submits it, and one that closes it without submitting.

import { Button } from './button.tsx';

interface FormActionsProps {
  /** Text of the button that submits. */
  readonly submit: string;
  readonly kind?: 'main' | 'danger';
  readonly disabled: boolean;
  readonly cancel?: string;
  readonly onCancel: () => void;
}

export function FormActions(props: FormActionsProps) {
  const { submit, kind = 'main', disabled, cancel = 'Cancel', onCancel } = props;
  return (
    <div class="btns">
      <Button kind={kind} type="submit" disabled={disabled}>
        {submit}
      </Button>
      <Button onClick={onCancel}>{cancel}</Button>
    </div>
  );
}
