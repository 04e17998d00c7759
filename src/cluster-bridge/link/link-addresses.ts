/** Lists of addresses that peers tell, read with care. Pure. Bridge thread. */

import { isAddress } from './host-address.ts';

const ADDRESSES_MAX = 256;

/** Undefined for whatever is no short list of addresses. */
export function decodeAddresses(bytes: Uint8Array): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const isList = Array.isArray(value) && value.length <= ADDRESSES_MAX;
    return isList && value.every((one) => typeof one === 'string' && isAddress(one))
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}
