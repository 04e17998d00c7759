/** `host:port`, as configuration and hosts write it; IPv6 in brackets. Pure. Any thread. */

const ADDRESS_LENGTH_MAX = 255;
const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+)):([0-9]{1,5})$/;

export interface HostAddress {
  readonly host: string;
  readonly port: number;
}

export function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export function isAddress(address: string): boolean {
  return splitAddress(address) !== undefined;
}

/** Undefined for what is no address. */
export function splitAddress(address: string): HostAddress | undefined {
  if (address.length > ADDRESS_LENGTH_MAX) return undefined;
  const [, v6, name, portText] = ADDRESS.exec(address) ?? [];
  const host = v6 ?? name;
  const port = Number(portText);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}
