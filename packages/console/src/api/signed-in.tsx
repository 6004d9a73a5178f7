// Views of operators stand inside this: it asks who works here, and asks for an operator key where
// the gateway wants one. On loopback nothing is asked.

import './signed-in.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button, IconButton } from '../kit/button.tsx';
import { TextField } from '../kit/field.tsx';
import { Panel } from '../kit/panel.tsx';
import { useAsked, useDoing } from './asked.ts';
import { call, readSession } from './call.ts';
import { session } from './session.ts';
import { Told, Troubled } from './told.tsx';

export function SignedIn({ children }: { readonly children: ComponentChildren }) {
  const { failure, reload } = useAsked('session', async () => {
    if (session.value.state === 'unknown') await readSession();
  });
  const now = session.value;
  if (now.state === 'open') return <>{children}</>;
  if (now.state === 'asked') return <SignIn over={now.over} />;
  return <Told asked={{ data: undefined, failure, reload }} what="who you are" />;
}

function SignIn({ over }: { readonly over: boolean }) {
  const [key, setKey] = useState('');
  const [shown, setShown] = useState(false);
  const [tried, setTried] = useState(false);
  const { busy, failure, run } = useDoing();
  useEffect(() => document.querySelector<HTMLInputElement>('.signin input')?.focus(), []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (key.trim() === '') return;
    void run(async () => {
      const found = await call('openSession', { body: { key: key.trim() } });
      session.value = { state: 'open', session: found };
    });
  };
  const wrong = failure?.why === 'wrongKey' ? 'This key is wrong, or it was taken back.' : '';
  return (
    <div class="signin">
      <Panel title={over ? 'Sign in again' : 'Sign in'}>
        {over && <p>Your session is over. What you had open is still here.</p>}
        <form onSubmit={submit} noValidate>
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
          {failure && !wrong && <Troubled failure={failure} />}
          <Button kind="main" type="submit" disabled={busy}>
            {busy ? 'Signing in …' : 'Sign in'}
          </Button>
        </form>
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

/** Who works here, and the way out; nothing where no key was needed. */
export function Who() {
  const now = session.value;
  const { busy, run } = useDoing();
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
