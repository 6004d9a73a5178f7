// Wraps the views of operators: reads the session, and asks for an operator key if the gateway needs one; on loopback
// it does not. If the session ends, a dialog in front of the view renews it, so that typed text stays.

import './signed-in.css';
import type { ComponentChildren } from 'preact';
import { Fragment } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button, IconButton } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { TextField } from '../kit/field.tsx';
import { Notice, Panel } from '../kit/panel.tsx';
import { call, readSession } from './call.ts';
import { FailureNotice, QueryState } from './query-state.tsx';
import { session } from './session.ts';
import { useMutation, useQuery } from './use-query.ts';

interface RequireSignInProps {
  readonly children: ComponentChildren;
  /** Shown until the gateway has said who it is; absent: a sentence. */
  readonly placeholder?: ComponentChildren;
}

export function RequireSignIn({ children, placeholder }: RequireSignInProps) {
  const { failure, reload } = useQuery('session', async () => {
    if (session.value.state === 'unknown') await readSession();
  });
  const now = session.value;
  const worker = useRef<string | undefined>(undefined);
  if (now.state === 'unknown' && placeholder && !failure) return <>{placeholder}</>;
  if (now.state === 'unknown') {
    return <QueryState query={{ data: undefined, failure, reload }} what="who you are" />;
  }
  if (now.state === 'open') worker.current = now.session.operator.name;
  else if (!now.over) worker.current = undefined;
  if (worker.current === undefined) return <SignInPanel />;
  return (
    <>
      {now.state === 'asked' && <SignInAgain />}
      {/* Another operator gets new views, without the state of the former one. */}
      <Fragment key={worker.current}>{children}</Fragment>
    </>
  );
}

function SignInPanel() {
  useEffect(() => document.querySelector<HTMLInputElement>('.signin input')?.focus(), []);
  return (
    <div class="signin">
      <Panel title="Sign in">
        <SignIn />
        <div class="signin-help">
          <p>
            No key yet? Whoever runs the gateway makes one: <code>tillgate operator add NAME</code>
          </p>
          <p>
            At the machine of the gateway itself, as after <code>npm start</code>, no key is asked
            for: nobody else can reach it there.
          </p>
        </div>
      </Panel>
    </div>
  );
}

function SignInAgain() {
  const [open, setOpen] = useState(true);
  return (
    <>
      {!open && (
        <Notice tone="wait" title="Your session is over.">
          <p>What you see is as it was before.</p>
          <div class="btns">
            <Button size="s" onClick={() => setOpen(true)}>
              Sign in
            </Button>
          </div>
        </Notice>
      )}
      <Dialog title="Sign in again" open={open} onClose={() => setOpen(false)}>
        <p>Your session is over. What you had open is still there.</p>
        <SignIn />
      </Dialog>
    </>
  );
}

function SignIn() {
  const [key, setKey] = useState('');
  const [shown, setShown] = useState(false);
  const [tried, setTried] = useState(false);
  const { busy, failure, run } = useMutation();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (key.trim() === '') return;
    void run(async () => {
      const found = await call('openSession', { body: { key: key.trim() } });
      session.value = { state: 'open', session: found };
    });
  };
  const wrong = failure?.code === 'wrongKey' ? 'This key is wrong, or it was taken back.' : '';
  return (
    <form class="signin-form" onSubmit={submit} noValidate>
      <TextField
        label="Operator key"
        name="operator-key"
        hint="It is not kept in this browser."
        fault={tried && key.trim() === '' ? 'Type or paste your key.' : wrong}
        type={shown ? 'text' : 'password'}
        mono
        value={key}
        onInput={setKey}
        after={
          <IconButton
            icon={shown ? 'eyeOff' : 'eye'}
            label={shown ? 'Hide the key' : 'Show the key'}
            onClick={() => setShown(!shown)}
          />
        }
      />
      {failure && !wrong && <FailureNotice failure={failure} />}
      <Button kind="main" type="submit" disabled={busy}>
        {busy ? 'Signing in …' : 'Sign in'}
      </Button>
    </form>
  );
}

/** The name of the operator, and signing out; nothing if no key was needed. */
export function SignedInOperator() {
  const now = session.value;
  const { busy, run } = useMutation();
  if (now.state !== 'open' || now.session.via !== 'session') return null;
  const leave = async () => {
    await call('closeSession', {});
    session.value = { state: 'asked', over: false };
  };
  return (
    <div class="who">
      <span class="quiet">{now.session.operator.name}</span>
      <Button size="s" disabled={busy} onClick={() => void run(leave)}>
        Sign out
      </Button>
    </div>
  );
}
