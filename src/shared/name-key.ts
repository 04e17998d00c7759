/** Which names are one account, on every host and thread of the network. Pure. Any thread. */

/** The form in which two names are the same account. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}
