// Wall-clock time of a site, as payments and reports carry it [C-5.2/transactionTime]. Beside the
// ports, since both the core and the card machines use it.

/**
 * YYYY-MM-DDThh:mm:ss in the zone of that IANA name; throws RangeError if there is no such zone.
 */
export function localTime(at: number, timeZone: string): string {
  let zone = zones.get(timeZone);
  if (!zone) {
    zone = { format: formatOf(timeZone), second: Number.NaN, text: '' };
    zones.set(timeZone, zone);
  }
  const second = Math.floor(at / 1000);
  if (zone.second !== second) {
    zone.second = second;
    zone.text = zone.format.format(at).replace(' ', 'T');
  }
  return zone.text;
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** The second last asked for, and what it was: many machines share it. */
  second: number;
  text: string;
}

const zones = new Map<string, Zone>();

/** Sweden writes dates as ISO 8601 does, but for the T. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
}
