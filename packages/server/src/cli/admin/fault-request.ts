// What the commands `tillgate fault` have in common: their options, the site, and its faults, which only the
// running gateway holds.

import type { api } from '@tillgate/protocol';
import { faultActionText, faultTriggerText } from '@tillgate/protocol';
import type { GatewayValues } from './gateway-api.ts';
import { gatewayOptions, requestRoute } from './gateway-api.ts';

export const faultOptions = {
  site: {
    type: 'string',
    value: 'NAME',
    about: 'The test site [the default site of the gateway].',
  },
  ...gatewayOptions,
  json: { type: 'boolean', about: 'Print JSON, one object on a line.' },
} as const;

export interface FaultValues extends GatewayValues {
  readonly site?: string;
}

/** The site of `--site`, or the gateway's default site. */
export async function siteOf(values: FaultValues): Promise<string> {
  if (values.site !== undefined) return values.site;
  const answer = await requestRoute(values, 'readGateway');
  return ((await answer.json()) as api.Gateway).defaultSite;
}

export async function faultsOf(values: GatewayValues, site: string): Promise<api.Fault[]> {
  const answer = await requestRoute(values, 'listFaults', { params: { site } });
  return ((await answer.json()) as api.AnswerOf<'listFaults'>).faults;
}

/** The columns of a fault: its id, when it happens, what it does, how often it did. */
export function faultRow(fault: api.Fault): string[] {
  const { id, action } = fault;
  return [id, faultTriggerText(fault), faultActionText(action), firedText(fault)];
}

function firedText({ fired, standing }: api.Fault): string {
  if (fired === 0) return 'waiting';
  return standing ? `${fired} times` : 'happened';
}
